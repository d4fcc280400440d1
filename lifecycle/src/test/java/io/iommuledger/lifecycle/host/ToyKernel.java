package io.iommuledger.lifecycle.host;

import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.MappingState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A type1 kernel in few lines, which keeps objects where the fold keeps states. Says yes, or with which errno no. */
final class ToyKernel {
    /** Mappings that a context can hold: few, so that it runs out. */
    static final int LIMIT = 4;

    /** Two functions of one slot and group, and two devices by themselves. */
    static final List<PciAddress> DEVICES = List.of(
            PciAddress.parse("0000:01:00.0"),
            PciAddress.parse("0000:01:00.1"),
            PciAddress.parse("0000:02:00.0"),
            PciAddress.parse("0000:03:00.0"));

    private static final Optional<Errno> YES = Optional.empty();

    /** An open device; every open is another object. */
    static final class Opened {
        final long context;
        MemoryDecoding decoding = MemoryDecoding.ON;

        Opened(long context) {
            this.context = context;
        }
    }

    record Entry(long context, IovaRange iova, Optional<PciAddress> exporter, Optional<Opened> opened) {}

    private final Map<Long, Set<Integer>> groups = new TreeMap<>();
    private final Map<PciAddress, Opened> open = new HashMap<>();
    final Map<Long, Entry> entries = new TreeMap<>();

    static int group(PciAddress device) {
        return device.bus();
    }

    static List<PciAddress> slot(PciAddress device) {
        return DEVICES.stream().filter(other -> other.bus() == device.bus()).toList();
    }

    void create(long context) {
        groups.put(context, new TreeSet<>());
    }

    void destroy(long context) {
        groups.remove(context);
    }

    boolean exists(long context) {
        return groups.containsKey(context);
    }

    Set<Integer> groups(long context) {
        return groups.getOrDefault(context, Set.of());
    }

    boolean holds(PciAddress device) {
        return open.containsKey(device);
    }

    Opened opened(PciAddress device) {
        return Optional.ofNullable(open.get(device)).orElseThrow();
    }

    void close(PciAddress device) {
        open.remove(device);
    }

    Entry entry(long number) {
        return Optional.ofNullable(entries.get(number)).orElseThrow();
    }

    Optional<Errno> attach(long context, int group) {
        if (groups.values().stream().anyMatch(set -> set.contains(group))) {
            return Optional.of(Errno.EBUSY);
        }
        groups(context).add(group);
        return YES;
    }

    Optional<Errno> open(long context, PciAddress device) {
        if (!groups(context).contains(group(device))) {
            return Optional.of(Errno.EINVAL);
        }
        open.put(device, new Opened(context));
        return YES;
    }

    Optional<Errno> map(long number, long context, IovaRange iova, Optional<PciAddress> exporter) {
        if (groups(context).isEmpty()) {
            return Optional.of(Errno.EINVAL);
        }
        List<Entry> there = inside(context, IovaRange.ALL);
        if (there.stream().anyMatch(entry -> entry.iova().overlaps(iova))) {
            return Optional.of(Errno.EEXIST);
        }
        if (there.size() == LIMIT) {
            return Optional.of(Errno.ENOSPC);
        }
        Optional<Opened> opened = exporter.map(this::opened);
        if (opened.filter(device -> device.decoding == MemoryDecoding.OFF).isPresent()) {
            return Optional.of(Errno.EFAULT);
        }
        entries.put(number, new Entry(context, iova, exporter, opened));
        return YES;
    }

    Optional<Errno> refusesUnmap(long context, IovaRange iova) {
        boolean bisects = inside(context, iova).stream().anyMatch(entry -> !iova.contains(entry.iova()));
        return bisects || groups(context).isEmpty() ? Optional.of(Errno.EINVAL) : YES;
    }

    /** @return bytes removed */
    long unmap(long context, IovaRange iova) {
        List<Entry> gone = inside(context, iova);
        entries.values().removeAll(new HashSet<>(gone));
        return gone.stream().mapToLong(entry -> entry.iova().size()).sum();
    }

    Optional<Errno> detach(long context, int group) {
        if (open.keySet().stream().anyMatch(device -> group(device) == group)) {
            return Optional.of(Errno.EBUSY);
        }
        groups(context).remove(group);
        if (groups(context).isEmpty()) {
            unmap(context, IovaRange.ALL);
        }
        return YES;
    }

    /** Every file of the process is closed. */
    void exit() {
        open.clear();
        entries.clear();
        groups.clear();
    }

    /** In what state a mapping is, seen from the machine. */
    MappingState state(Entry entry) {
        if (entry.exporter().isEmpty()) {
            return MappingState.ACTIVE;
        }
        Opened then = entry.opened().orElseThrow();
        if (!open.containsValue(then)) {
            return MappingState.ORPHANED;
        }
        return then.decoding == MemoryDecoding.ON ? MappingState.ACTIVE : MappingState.STALE;
    }

    List<Long> mappingsOf(PciAddress exporter) {
        return entries.entrySet().stream()
                .filter(entry -> entry.getValue().exporter().equals(Optional.of(exporter)))
                .map(Map.Entry::getKey)
                .toList();
    }

    private List<Entry> inside(long context, IovaRange iova) {
        List<Entry> found = new ArrayList<>();
        for (Entry entry : entries.values()) {
            if (entry.context() == context && entry.iova().overlaps(iova)) {
                found.add(entry);
            }
        }
        return found;
    }
}

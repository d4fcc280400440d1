package io.iommuledger.lifecycle.host;

import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.iova.IovaMap;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The mappings of one epoch that have not ended, found by number, by place and by exporter without a search. Ended ones
 * leave: their history is in the store.
 */
final class MappingBook {
    private final LongMap<Mapping> byNumber;
    private final LongMap<IovaMap<Mapping>> byContext;
    private final Map<PciAddress, TreeSet<Long>> byExporter = new HashMap<>();

    MappingBook() {
        byNumber = new LongMap<>();
        byContext = new LongMap<>();
    }

    private MappingBook(MappingBook other) {
        byNumber = other.byNumber.copy(UnaryOperator.identity());
        byContext = other.byContext.copy(IovaMap::copy);
        other.byExporter.forEach((exporter, numbers) -> byExporter.put(exporter, new TreeSet<>(numbers)));
    }

    MappingBook copy() {
        return new MappingBook(this);
    }

    int size() {
        return byNumber.size();
    }

    /** Numbers of all, in order. */
    long[] numbers() {
        return byNumber.sortedKeys();
    }

    /** Null if there is none of that number. */
    @Nullable
    Mapping find(long number) {
        return byNumber.get(number);
    }

    boolean isEmpty() {
        return byNumber.size() == 0;
    }

    /** By number. */
    List<Mapping> all() {
        List<Mapping> all = byNumber.values();
        all.sort(Comparator.comparingLong(Mapping::number));
        return all;
    }

    /** All, in an order in which another book that they are put into finds them as this one does. */
    List<Mapping> asFiled() {
        List<Mapping> all = new ArrayList<>(size());
        byContext.inOrder().forEach(places -> all.addAll(places.values()));
        for (Mapping mapping : byNumber.inOrder()) {
            if (!hasPlace(mapping)) {
                all.add(mapping);
            }
        }
        return all;
    }

    /** Files the mapping in its new state, or takes it out if that is terminal. */
    void put(Mapping mapping) {
        long number = mapping.number();
        boolean ended = mapping.state().terminal();
        boolean stands = !ended && hasPlace(mapping);
        Mapping before = ended ? byNumber.remove(number) : byNumber.put(number, mapping);
        if (before != null && hasPlace(before)) {
            if (stands && samePlace(before, mapping)) {
                places(mapping).replace(mapping.iova(), before, mapping);
                return;
            }
            takeFromItsPlace(before);
        }
        if (stands) {
            places(mapping).add(mapping.iova(), mapping);
            if (mapping.backing() instanceof Backing.BarRange bar) {
                byExporter
                        .computeIfAbsent(bar.exporter(), exporter -> new TreeSet<>())
                        .add(number);
            }
        }
    }

    /** The kernel has answered: it has an address of its own. */
    private static boolean hasPlace(Mapping mapping) {
        return mapping.state() != MappingState.REQUESTED;
    }

    /** A number that is given twice may come with another place. */
    private static boolean samePlace(Mapping before, Mapping now) {
        return before.contextNumber() == now.contextNumber()
                && before.start() == now.start()
                && before.last() == now.last()
                && before.backing().equals(now.backing());
    }

    private IovaMap<Mapping> places(Mapping mapping) {
        long context = mapping.contextNumber();
        IovaMap<Mapping> places = byContext.get(context);
        if (places == null) {
            places = new IovaMap<>();
            byContext.put(context, places);
        }
        return places;
    }

    private void takeFromItsPlace(Mapping mapping) {
        IovaMap<Mapping> places = places(mapping);
        places.remove(mapping.iova(), mapping);
        if (places.isEmpty()) {
            byContext.remove(mapping.contextNumber());
        }
        if (mapping.backing() instanceof Backing.BarRange bar) {
            TreeSet<Long> numbers = byExporter.get(bar.exporter());
            if (numbers != null && numbers.remove(mapping.number()) && numbers.isEmpty()) {
                byExporter.remove(bar.exporter());
            }
        }
    }

    /** Mappings of the context that touch the range, in order of their addresses. */
    List<Mapping> touching(long context, IovaRange range) {
        IovaMap<Mapping> places = byContext.get(context);
        return places == null ? List.of() : places.touching(range);
    }

    List<Mapping> ofContext(long context) {
        IovaMap<Mapping> places = byContext.get(context);
        return places == null ? List.of() : places.values();
    }

    List<Mapping> ofExporter(PciAddress exporter) {
        TreeSet<Long> numbers = byExporter.get(exporter);
        if (numbers == null) {
            return List.of();
        }
        List<Mapping> found = new ArrayList<>(numbers.size());
        for (long number : numbers) {
            Mapping mapping = find(number);
            if (mapping != null) {
                found.add(mapping);
            }
        }
        return found;
    }
}

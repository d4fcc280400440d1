package io.iommuledger.command.operation;

import io.iommuledger.command.host.HostView;
import io.iommuledger.lifecycle.context.Context;
import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.evidence.KernelEvidence;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.operation.Circumstances;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.MapRange;
import io.iommuledger.web.Hex;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Why the kernel refused to map, told with what stands on the host by the facts heard so far: which mappings are in the
 * way, or what uses a budget up, and ways out.
 */
final class MapRefusal {
    private static final int MOST_NAMED = 10;

    private MapRefusal() {}

    /** Adds nothing to a refusal of another kind. */
    static void explain(
            Instruction.Map map,
            KernelEvidence evidence,
            Circumstances circumstances,
            HostView view,
            Map<String, Object> members) {
        if (!evidence.call().equals("VFIO_IOMMU_MAP_DMA")) {
            return;
        }
        if (evidence.errno().equals(Errno.EEXIST)) {
            inTheWay(map, view, members);
        } else if (evidence.errno().equals(Errno.ENOSPC)) {
            entries(map, view, members);
        } else if (evidence.errno().equals(Errno.ENOMEM)
                && circumstances.likely().isEmpty()) {
            // Else the agent knows that it was not the limit.
            lockedMemory(view, members);
        }
    }

    private static void inTheWay(Instruction.Map map, HostView view, Map<String, Object> members) {
        Set<Mapping> standing = new LinkedHashSet<>();
        for (MapRange range : map.ranges()) {
            standing.addAll(view.mappings(map.context(), range.iova()));
        }
        members.put(
                "inTheWay",
                standing.stream().limit(MOST_NAMED).map(MapRefusal::named).toList());
        if (standing.size() > MOST_NAMED) {
            members.put("inTheWayNote", "the first " + MOST_NAMED + " of " + standing.size() + " mappings in the way");
        }
        if (standing.isEmpty()) {
            members.put("inTheWayNote", "no mapping that this service knows of" + overlap(map));
        }
    }

    /** The first two ranges by address that overlap; empty if none do. */
    private static String overlap(Instruction.Map map) {
        List<MapRange> ranges = map.ranges();
        List<Integer> byAddress = IntStream.range(0, ranges.size())
                .boxed()
                .sorted(Comparator.comparing(index -> ranges.get(index).iova()))
                .toList();
        for (int i = 1; i < byAddress.size(); i++) {
            int one = byAddress.get(i - 1);
            int other = byAddress.get(i);
            if (ranges.get(one).iova().overlaps(ranges.get(other).iova())) {
                return ": ranges[" + one + "] at " + ranges.get(one).iova() + " and ranges[" + other + "] at "
                        + ranges.get(other).iova() + " of the request itself overlap";
            }
        }
        return "";
    }

    private static Map<String, Object> named(Mapping mapping) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("mapping", mapping.id().toString());
        members.put("iova", Hex.address(mapping.iova().start()));
        members.put("size", mapping.iova().size());
        members.put("state", mapping.state().name());
        members.put("backing", kind(mapping));
        return members;
    }

    private static void entries(Instruction.Map map, HostView view, Map<String, Object> members) {
        Context context = view.context(map.context());
        List<Mapping> standing = view.mappings(map.context(), IovaRange.ALL);
        Map<String, Long> uses =
                standing.stream().collect(Collectors.groupingBy(MapRefusal::kind, TreeMap::new, Collectors.counting()));
        long mergeable = mergeable(standing);
        Map<String, Object> budget = new LinkedHashMap<>();
        budget.put("what", "mapping entries of context " + context.id());
        budget.put("limit", context.mappingLimit());
        budget.put("used", standing.size());
        budget.put("usedBy", uses);
        budget.put("asked", map.ranges().size());
        members.put("budget", budget);
        members.put(
                "waysOut",
                List.of(
                        "merge neighbours: " + mergeable + " of the " + standing.size()
                                + " entries continue the one before in address, backing and access, so one mapping could"
                                + " serve both; the request asks for "
                                + map.ranges().size()
                                + (map.merge()
                                        ? ", merged where it can be"
                                        : "; with \"merge\": true for fewer where its ranges are neighbours"),
                        "map larger ranges, from huge pages or from a region, instead of many small ones",
                        "raise dma_entry_limit of module vfio_iommu_type1; it holds for contexts opened after that, or use"
                                + " a further context"));
    }

    /** How many mappings continue the one before. */
    private static long mergeable(List<Mapping> standing) {
        long count = 0;
        for (int i = 1; i < standing.size(); i++) {
            Mapping before = standing.get(i - 1);
            Mapping mapping = standing.get(i);
            if (before.iova().last() + 1 == mapping.iova().start()
                    && before.access() == mapping.access()
                    && continues(before, mapping)) {
                count++;
            }
        }
        return count;
    }

    private static boolean continues(Mapping before, Mapping mapping) {
        long size = before.iova().size();
        return switch (before.backing()) {
            case Backing.Memory memory ->
                mapping.backing() instanceof Backing.Memory next && next.vaddr() == memory.vaddr() + size;
            case Backing.RegionRange region ->
                mapping.backing() instanceof Backing.RegionRange next
                        && next.region().equals(region.region())
                        && next.offset() == region.offset() + size;
            case Backing.FileRange file ->
                mapping.backing() instanceof Backing.FileRange next
                        && next.path().equals(file.path())
                        && next.offset() == file.offset() + size;
            case Backing.BarRange bar ->
                mapping.backing() instanceof Backing.BarRange next
                        && next.exporter().equals(bar.exporter())
                        && next.index() == bar.index()
                        && next.offset() == bar.offset() + size;
        };
    }

    private static void lockedMemory(HostView view, Map<String, Object> members) {
        Map<String, Long> byContext = new TreeMap<>();
        long locked = 0;
        for (Mapping mapping : view.mappings()) {
            if (mapping.locksMemory()) {
                byContext.merge(mapping.context().toString(), mapping.iova().size(), Long::sum);
                locked += mapping.iova().size();
            }
        }
        long limit = view.memoryLockLimit();
        Map<String, Object> budget = new LinkedHashMap<>();
        budget.put("what", "memory locked for DMA (RLIMIT_MEMLOCK), by the mappings that this service knows of");
        budget.put("limitBytes", limit < 0 ? "unlimited" : (Object) limit);
        budget.put("usedBytes", locked);
        budget.put("usedBytesByContext", byContext);
        members.put("budget", budget);
        members.put(
                "waysOut",
                List.of(
                        "raise LimitMEMLOCK= of the agent's service, or give it CAP_IPC_LOCK; if the limit is not what was"
                                + " reached, the machine is out of memory",
                        "unmap what is not needed: memory is charged once for each mapping of it, in each context",
                        "let devices share one context instead of mapping the same memory in several"));
    }

    private static String kind(Mapping mapping) {
        return switch (mapping.backing()) {
            case Backing.Memory memory -> "memory";
            case Backing.RegionRange region -> "region " + region.region();
            case Backing.FileRange file -> "file " + file.path();
            case Backing.BarRange bar -> "BAR " + bar.index() + " of " + bar.exporter();
        };
    }
}

package io.iommuledger.lifecycle.context;

import io.iommuledger.lifecycle.iova.IovaRange;
import java.util.List;
import java.util.SortedSet;

/**
 * An IOMMU address space as its facts leave it.
 *
 * @param groups       IOMMU groups in it
 * @param pageSizes    bitmap in bytes, 0 before the first group
 * @param iovaRanges   where mappings may lie, as of the last group that joined
 * @param mappingLimit entries that the kernel gives it, taken or free; -1 if not known
 */
public record Context(
        ContextId id,
        ContextKind kind,
        ContextState state,
        SortedSet<Integer> groups,
        long pageSizes,
        List<IovaRange> iovaRanges,
        long mappingLimit) {

    public Context withGroups(SortedSet<Integer> now) {
        return new Context(id, kind, state, now, pageSizes, iovaRanges, mappingLimit);
    }

    public Context withState(ContextState now) {
        return new Context(id, kind, now, groups, pageSizes, iovaRanges, mappingLimit);
    }
}

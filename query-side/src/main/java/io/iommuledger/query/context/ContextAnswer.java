package io.iommuledger.query.context;

import java.util.List;
import java.util.Optional;

/**
 * An IOMMU address space as it stands.
 *
 * @param devices   that the agent holds in it
 * @param pageSizes in bytes
 * @param mappings  how many have not ended
 */
record ContextAnswer(
        String id,
        String kind,
        String state,
        List<Integer> groups,
        List<String> devices,
        List<Range> iovaRanges,
        List<Object> pageSizes,
        Optional<DmaAvail> dmaAvail,
        long mappings) {

    /** Where mappings may lie, both ends inside. */
    record Range(String start, String last) {}

    /** Mappings that were still possible when the last group joined. */
    record DmaAvail(long atAttach) {}
}

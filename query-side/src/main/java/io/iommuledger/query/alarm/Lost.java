package io.iommuledger.query.alarm;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.evidence.KernelEvidence;
import io.iommuledger.lifecycle.iova.IovaRange;
import java.util.Optional;

/**
 * A withdrawn mapping that the kernel refused to install again.
 *
 * @param exporter     whose BAR it maps
 * @param file         through which it maps
 * @param deviceMemory whether that file is device memory
 * @param decoding     {@code ON} or {@code OFF}: the exporter's memory decoding as last read; empty if it is not known
 * @param asleep       whether the exporter is in low power
 * @param strict       whether policy {@code mmio=strict} is in force on the host
 */
record Lost(
        String id,
        String host,
        ContextId context,
        IovaRange iova,
        KernelEvidence evidence,
        Optional<String> exporter,
        Optional<String> file,
        boolean deviceMemory,
        Optional<String> decoding,
        boolean asleep,
        boolean strict) {}

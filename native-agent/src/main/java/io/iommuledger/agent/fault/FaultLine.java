package io.iommuledger.agent.fault;

import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.fact.DmaFaulted;
import io.iommuledger.lifecycle.fact.FaultsMissed;
import io.iommuledger.lifecycle.fact.HostFact;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The lines in which Linux reports a DMA that the IOMMU stopped: Intel's {@code dmar_fault_do_one}
 * (drivers/iommu/intel/dmar.c) and AMD's {@code amd_iommu_report_page_fault} (drivers/iommu/amd/iommu.c).
 */
final class FaultLine {
    private static final Pattern INTEL = Pattern.compile("DMAR: (?:DRHD: )?\\[DMA (Read|Write)[^]]*] Request device"
            + " \\[(?:([0-9a-f]{4}):)?([0-9a-f]{2}:[0-9a-f]{2}\\.[0-7])](?: PASID [0-9a-f]+)? fault addr"
            + " (?:0x)?([0-9a-f]{1,16}) \\[fault reason (0x[0-9a-f]{1,2}|[0-9]{1,3})] ?(.*)");
    private static final Pattern AMD = Pattern.compile(
            "(?:\\S+ ([0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]): )?AMD-Vi: Event logged \\[IO_PAGE_FAULT"
                    + "(?: device=(?:([0-9a-f]{4}):)?([0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]))?.*? address=0x([0-9a-f]{1,16})"
                    + " flags=0x([0-9a-f]+)]");
    private static final Pattern SUPPRESSED =
            Pattern.compile(".*(?:dmar|amd_iommu|AMD-Vi).*: [0-9]+ callbacks suppressed");

    /** EVENT_FLAG_RW and EVENT_FLAG_I of drivers/iommu/amd/amd_iommu_types.h. */
    private static final int AMD_WRITE = 0x20;

    private static final int AMD_INTERRUPT = 0x08;

    private FaultLine() {}

    /** @return what the line tells; empty if it is about something else */
    static Optional<HostFact> parse(String line, long nanos) {
        Matcher intel = INTEL.matcher(line);
        if (intel.matches()) {
            return Optional.of(new DmaFaulted(
                    address(intel.group(2), intel.group(3)),
                    Long.parseUnsignedLong(intel.group(4), 16),
                    intel.group(1).equals("Write"),
                    (reason(intel.group(5)) + " " + intel.group(6)).strip(),
                    nanos));
        }
        Matcher amd = AMD.matcher(line);
        if (amd.matches() && (amd.group(1) != null || amd.group(3) != null)) {
            int flags = Integer.parseUnsignedInt(amd.group(5), 16);
            if ((flags & AMD_INTERRUPT) != 0) {
                // An interrupt that was not remapped: its address is no IOVA, and no mapping has to do with it.
                return Optional.empty();
            }
            return Optional.of(new DmaFaulted(
                    amd.group(1) != null ? PciAddress.parse(amd.group(1)) : address(amd.group(2), amd.group(3)),
                    Long.parseUnsignedLong(amd.group(4), 16),
                    (flags & AMD_WRITE) != 0,
                    "IO_PAGE_FAULT flags=0x" + amd.group(5),
                    nanos));
        }
        return SUPPRESSED.matcher(line).matches() ? Optional.of(new FaultsMissed(line)) : Optional.empty();
    }

    /** In hex since dmar.c prints {@code 0x%02x}; before, {@code %02d}. */
    private static String reason(String printed) {
        int number = printed.startsWith("0x") ? Integer.parseInt(printed.substring(2), 16) : Integer.parseInt(printed);
        return "0x" + HexFormat.of().toHexDigits((byte) number);
    }

    /** Intel's line names no domain on a machine that has only one. */
    private static PciAddress address(@Nullable String domain, String rest) {
        return PciAddress.parse((domain == null ? "0000" : domain) + ":" + rest);
    }
}

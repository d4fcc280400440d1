package io.iommuledger.agent.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.fact.DmaFaulted;
import io.iommuledger.lifecycle.fact.FaultsMissed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The lines in which kernels report that the IOMMU stopped a DMA. */
class FaultLineTest {
    private static final PciAddress NIC = PciAddress.parse("0000:3b:00.0");

    @Test
    void intelsLineOfTodayNamesDeviceAddressAndReason() {
        assertThat(FaultLine.parse(
                        "DMAR: [DMA Write NO_PASID] Request device [3b:00.0] fault addr 0x1000000 [fault reason 0x05]"
                                + " PTE Write access is not set",
                        7))
                .contains(new DmaFaulted(NIC, 0x1000000, true, "0x05 PTE Write access is not set", 7));
    }

    @Test
    void intelsOlderLineIsReadToo() {
        assertThat(FaultLine.parse(
                        "DMAR: [DMA Read] Request device [3b:00.0] PASID ffffffff fault addr ffffe000 [fault reason 06]"
                                + " PTE Read access is not set",
                        7))
                .contains(new DmaFaulted(NIC, 0xffffe000L, false, "0x06 PTE Read access is not set", 7));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "vfio-pci 0000:3b:00.0: AMD-Vi: Event logged [IO_PAGE_FAULT domain=0x0012 address=0x1000000 flags=0x0020]",
                "AMD-Vi: Event logged [IO_PAGE_FAULT device=0000:3b:00.0 domain=0x0012 address=0x1000000 flags=0x0020]",
                "AMD-Vi: Event logged [IO_PAGE_FAULT device=3b:00.0 domain=0x0012 address=0x1000000 flags=0x0020]"
            })
    void amdsLinesNameTheDeviceBeforeOrWithin(String line) {
        assertThat(FaultLine.parse(line, 7))
                .contains(new DmaFaulted(NIC, 0x1000000, true, "IO_PAGE_FAULT flags=0x0020", 7));
    }

    @Test
    void suppressedLinesAreTold() {
        assertThat(FaultLine.parse("dmar_fault: 312 callbacks suppressed", 7))
                .contains(new FaultsMissed("dmar_fault: 312 callbacks suppressed"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "vfio-pci 0000:3b:00.0: resetting", "DMAR: DRHD: handling fault status reg 2"})
    void otherLinesSayNothing(String line) {
        assertThat(FaultLine.parse(line, 7)).isEmpty();
    }
}

package io.iommuledger.agent.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.fact.DmaFaulted;
import io.iommuledger.lifecycle.fact.FaultsMissed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    /** {@code [fault reason %02d]} before, {@code [fault reason 0x%02x]} since. */
    @ParameterizedTest
    @CsvSource({"12, 0x0c", "0x12, 0x12", "05, 0x05", "0x0c, 0x0c", "113, 0x71"})
    void intelsReasonIsDecimalUnlessItSaysThatItIsNot(String printed, String reason) {
        assertThat(FaultLine.parse(
                        "DMAR: [DMA Read] Request device [3b:00.0] PASID ffffffff fault addr ffffe000 [fault reason "
                                + printed + "] why",
                        7))
                .contains(new DmaFaulted(NIC, 0xffffe000L, false, reason + " why", 7));
    }

    /** EVENT_FLAG_I, EVENT_FLAG_I and EVENT_FLAG_RW: an interrupt that was not remapped has no IOVA. */
    @ParameterizedTest
    @ValueSource(strings = {"0x0008", "0x0028"})
    void amdsLineAboutAnInterruptIsNoDmaFault(String flags) {
        assertThat(FaultLine.parse(
                        "vfio-pci 0000:3b:00.0: AMD-Vi: Event logged [IO_PAGE_FAULT domain=0x0012"
                                + " address=0xfffffffdf8000000 flags=" + flags + "]",
                        7))
                .isEmpty();
    }

    @Test
    void amdsReadIsARead() {
        assertThat(FaultLine.parse(
                        "vfio-pci 0000:3b:00.0: AMD-Vi: Event logged [IO_PAGE_FAULT domain=0x0012 address=0x1000"
                                + " flags=0x0010]",
                        7))
                .contains(new DmaFaulted(NIC, 0x1000, false, "IO_PAGE_FAULT flags=0x0010", 7));
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

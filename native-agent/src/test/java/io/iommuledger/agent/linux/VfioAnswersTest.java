package io.iommuledger.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.iommuledger.agent.kernel.HotResetDependent;
import io.iommuledger.agent.kernel.IommuInfo;
import io.iommuledger.agent.kernel.RegionInfo;
import io.iommuledger.agent.kernel.RegionInfo.MmapArea;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.iova.IovaRange;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Offsets are written as numbers on purpose: the constants are under test too. */
final class VfioAnswersTest {
    private static final int READ_WRITE_MMAP = 7;
    private static final int CAPS = 8;

    private final ByteBuffer info = ByteBuffer.allocate(128).order(ByteOrder.nativeOrder());

    @Test
    void aRegionThatMayBeMappedAndNamesNoAreasMayBeMappedWhole() {
        region(READ_WRITE_MMAP, 0, 0x4000);
        assertThat(VfioAnswers.regionInfo(info))
                .isEqualTo(new RegionInfo(2, 7, 0x4000, 2L << 40, List.of(new MmapArea(0, 0x4000))));
    }

    @Test
    void aRegionWithoutTheFlagHasNoAreas() {
        region(3, 0, 0x100);
        assertThat(VfioAnswers.regionInfo(info).mmapAreas()).isEmpty();
    }

    @Test
    void aRegionWithOtherCapabilitiesOnlyMayBeMappedWhole() {
        region(READ_WRITE_MMAP | CAPS, 32, 0x4000);
        header(32, 3, 0);
        assertThat(VfioAnswers.regionInfo(info).mmapAreas()).containsExactly(new MmapArea(0, 0x4000));
    }

    @Test
    void sparseAreasAreTheOnlyOnesAndEmptyOnesAreLeftOut() {
        region(READ_WRITE_MMAP | CAPS, 32, 0x4000);
        header(32, 3, 40);
        header(40, 1, 0);
        info.putInt(48, 3);
        info.putLong(56, 0).putLong(64, 0x1000);
        info.putLong(72, 0x1000).putLong(80, 0);
        info.putLong(88, 0x3000).putLong(96, 0x1000);
        assertThat(VfioAnswers.regionInfo(info).mmapAreas())
                .containsExactly(new MmapArea(0, 0x1000), new MmapArea(0x3000, 0x1000));
    }

    @Test
    void sparseWithoutAreasMeansThatNothingMayBeMapped() {
        region(READ_WRITE_MMAP | CAPS, 32, 0x4000);
        header(32, 1, 0);
        assertThat(VfioAnswers.regionInfo(info).mmapAreas()).isEmpty();
    }

    @Test
    void refusesMoreAreasThanTheArgumentHolds() {
        region(READ_WRITE_MMAP | CAPS, 32, 0x4000);
        header(32, 1, 0);
        info.putInt(40, 6);
        assertThatIllegalStateException()
                .isThrownBy(() -> VfioAnswers.regionInfo(info))
                .withMessage("capability outside its argument: offset=32, bytes=112, allowed=[32, 128)");
        info.putInt(40, -1);
        assertThatIllegalStateException()
                .isThrownBy(() -> VfioAnswers.regionInfo(info))
                .withMessageContaining("bytes=68719476736");
    }

    @Test
    void refusesAnAreaThatLeavesItsRegion() {
        region(READ_WRITE_MMAP | CAPS, 32, 0x4000);
        header(32, 1, 0);
        info.putInt(40, 1);
        info.putLong(48, 0x3000).putLong(56, 0x2000);
        assertThatIllegalStateException()
                .isThrownBy(() -> VfioAnswers.regionInfo(info))
                .withMessage("mmap area outside its region: offset=0x3000, size=0x2000, region size=0x4000");
    }

    @Test
    void readsRangesAndFreeEntriesOfTheIommu() {
        iommu(3, 24);
        header(24, 2, 56);
        header(56, 3, 68);
        info.putInt(64, -1);
        // An older kernel does not pad: this one begins at a multiple of four only.
        header(68, 1, 0);
        info.putInt(76, 2);
        info.putLong(84, 0).putLong(92, 0xfedfffffL);
        info.putLong(100, 0xfef00000L).putLong(108, -1L);
        assertThat(VfioAnswers.iommuInfo(info))
                .isEqualTo(new IommuInfo(
                        0x40201000,
                        List.of(new IovaRange(0, 0xfedfffffL), new IovaRange(0xfef00000L, -1L)),
                        OptionalLong.of(0xffffffffL)));
    }

    @Test
    void anIommuWithoutCapabilitiesTellsPageSizesOnly() {
        iommu(1, 24);
        assertThat(VfioAnswers.iommuInfo(info)).isEqualTo(new IommuInfo(0x40201000, List.of(), OptionalLong.empty()));
        iommu(0, 24);
        assertThat(VfioAnswers.iommuInfo(info).pageSizes()).isZero();
    }

    @Test
    void refusesARangeThatEndsBeforeItStarts() {
        iommu(3, 24);
        header(24, 1, 0);
        info.putInt(32, 1);
        info.putLong(40, -1L).putLong(48, 0);
        assertThatIllegalStateException()
                .isThrownBy(() -> VfioAnswers.iommuInfo(info))
                .withMessage("IOVA range ends before it starts: start=0xffffffffffffffff, last=0x0000000000000000");
    }

    @Test
    void refusesACapabilityThatIsCutOff() {
        iommu(3, 120);
        header(120, 3, 0);
        assertThatIllegalStateException()
                .isThrownBy(() -> VfioAnswers.iommuInfo(info))
                .withMessage("capability outside its argument: offset=120, bytes=12, allowed=[24, 128)");
        header(120, 1, 0);
        assertThatIllegalStateException()
                .isThrownBy(() -> VfioAnswers.iommuInfo(info))
                .withMessage("capability outside its argument: offset=120, bytes=16, allowed=[24, 128)");
    }

    @Test
    void readsTheDevicesOfAHotReset() {
        info.putInt(8, 2);
        info.putInt(12, 7).putShort(16, (short) 0).put(18, (byte) 0x3b).put(19, (byte) 0x01);
        info.putInt(20, 9).putShort(24, (short) 0xffff).put(26, (byte) 0xff).put(27, (byte) 0xff);
        assertThat(VfioAnswers.hotResetInfo(info))
                .containsExactly(
                        new HotResetDependent(7, PciAddress.parse("0000:3b:00.1")),
                        new HotResetDependent(9, PciAddress.parse("ffff:ff:1f.7")));
    }

    @Test
    void refusesMoreDevicesThanTheArgumentHolds() {
        info.putInt(8, 15);
        assertThatIllegalStateException()
                .isThrownBy(() -> VfioAnswers.hotResetInfo(info))
                .withMessage("more devices than the argument holds: count=15, bytes=128");
    }

    private void region(int flags, int capOffset, long size) {
        info.putInt(4, flags)
                .putInt(8, 2)
                .putInt(12, capOffset)
                .putLong(16, size)
                .putLong(24, 2L << 40);
    }

    private void iommu(int flags, int capOffset) {
        info.putInt(4, flags).putLong(8, 0x40201000).putInt(16, capOffset);
    }

    private void header(int offset, int id, int next) {
        info.putShort(offset, (short) id).putShort(offset + 2, (short) 1).putInt(offset + 4, next);
    }
}

package io.iommuledger.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.agent.kernel.DeviceInfo;
import io.iommuledger.agent.kernel.GroupStatus;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import java.lang.reflect.Field;
import org.junit.jupiter.api.Test;

final class VfioAbiTest {

    @Test
    void everyConstantIsPinnedAndEveryPinnedRowIsUsed() {
        assertThat(AbiTable.declared()).containsExactlyInAnyOrderEntriesOf(AbiTable.pinned());
    }

    @Test
    void aRequestIsNamedAsItsField() throws IllegalAccessException {
        for (Field field : VfioRequest.class.getDeclaredFields()) {
            if (field.getType() == VfioRequest.class && field.get(null) instanceof VfioRequest<?> request) {
                assertThat(request.name()).isEqualTo("VFIO_" + field.getName());
            }
        }
    }

    @Test
    void theNumbersOfThePortAreTheKernels() {
        assertThat(new GroupStatus(VfioFlags.VFIO_GROUP_FLAGS_VIABLE).viable()).isTrue();
        assertThat(new GroupStatus(VfioFlags.VFIO_GROUP_FLAGS_CONTAINER_SET).containerSet())
                .isTrue();
        assertThat(new DeviceInfo(VfioFlags.VFIO_DEVICE_FLAGS_RESET, 0, 0).resettable())
                .isTrue();
        assertThat(DmaAccess.READ.flags()).isEqualTo(VfioFlags.VFIO_DMA_MAP_FLAG_READ);
        assertThat(DmaAccess.WRITE.flags()).isEqualTo(VfioFlags.VFIO_DMA_MAP_FLAG_WRITE);
    }
}

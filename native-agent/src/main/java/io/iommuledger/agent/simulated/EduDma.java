package io.iommuledger.agent.simulated;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The DMA engine of QEMU's edu device (docs/specs/edu.rst): source 0x80, destination 0x88, count 0x90, command 0x98, and a
 * buffer at 0x40000. A transfer is done at once.
 */
final class EduDma {
    private static final long SOURCE = 0x80;
    private static final long DESTINATION = 0x88;
    private static final long COMMAND = 0x98;
    private static final long RUN = 1;
    private static final long FROM_DEVICE = 2;

    /** Reads and writes through the IOMMU. */
    interface Bus {
        DmaAnswer read(long iova);

        void write(long iova, String text);
    }

    private final Supplier<Bus> bus;
    private final Map<Long, Long> registers = new HashMap<>();
    private String buffer = "";

    EduDma(Supplier<Bus> bus) {
        this.bus = bus;
    }

    void write(long register, long value) {
        registers.put(register, value);
        if (register == COMMAND && (value & RUN) != 0) {
            registers.put(COMMAND, value & ~RUN);
            transfer((value & FROM_DEVICE) != 0);
        }
    }

    long read(long register) {
        return registers.getOrDefault(register, 0L);
    }

    private void transfer(boolean fromDevice) {
        if (fromDevice) {
            bus.get().write(read(DESTINATION), buffer);
        } else if (bus.get().read(read(SOURCE)) instanceof DmaAnswer.Read(String text)) {
            buffer = text;
        }
    }
}

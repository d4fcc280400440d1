package io.iommuledger.agent.script;

import io.iommuledger.agent.kernel.ContainerFd;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.kernel.ProcessMemory;
import io.iommuledger.agent.kernel.VfioKernel;

/**
 * Reads through the IOMMU with the DMA engine of QEMU's edu device (docs/specs/edu.rst): source, destination, count and
 * command registers, and a buffer in the device between the two transfers.
 */
final class EduEngine {
    /** Kept mapped for the time of a probe, outside the range that scripts use. */
    private static final long BOUNCE_IOVA = 0x0fff_0000L;

    private static final long SOURCE = 0x80;
    private static final long DESTINATION = 0x88;
    private static final long COUNT = 0x90;
    private static final long COMMAND = 0x98;
    private static final long BUFFER = 0x40000;
    private static final long RUN = 1;
    private static final long FROM_DEVICE = 2;
    private static final int TAG_BYTES = 12;
    private static final int ZERO_BYTES = 16;
    private static final int POLLS = 3000;
    private static final int READ_WRITE = 3;
    private static final int MEMORY_AND_MASTER = 6;

    private final VfioKernel kernel;
    private final ProcessMemory memory;

    EduEngine(VfioKernel kernel, ProcessMemory memory) {
        this.kernel = kernel;
        this.memory = memory;
    }

    /** The tag at an IOVA; empty if the read brought nothing. */
    String read(ScriptDevice edu, ContainerFd container, long bounce, long iova) {
        edu.changeCommand(MEMORY_AND_MASTER, 0);
        ignoringRefusal(() -> kernel.mapDma(container, bounce, BOUNCE_IOVA, ScriptDevice.PAGE, READ_WRITE));
        for (int offset = 0; offset < 64; offset += Long.BYTES) {
            memory.writeLong(bounce + offset, 0);
        }
        long registers = edu.window(0);
        transfer(registers, BOUNCE_IOVA, BUFFER, ZERO_BYTES, 0);
        transfer(registers, iova, BUFFER, TAG_BYTES, 0);
        transfer(registers, BUFFER, BOUNCE_IOVA, TAG_BYTES, FROM_DEVICE);
        ignoringRefusal(() -> kernel.unmapDma(container, BOUNCE_IOVA, ScriptDevice.PAGE, 0));
        return memory.readText(bounce, TAG_BYTES);
    }

    private void transfer(long registers, long source, long destination, long bytes, long direction) {
        memory.writeLong(registers + SOURCE, source);
        memory.writeLong(registers + DESTINATION, destination);
        memory.writeLong(registers + COUNT, bytes);
        memory.writeLong(registers + COMMAND, direction | RUN);
        for (int i = 0; i < POLLS && (memory.readLong(registers + COMMAND) & RUN) != 0; i++) {
            pause();
        }
    }

    /** The engine takes about 100 ms. */
    private static void pause() {
        try {
            Thread.sleep(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @FunctionalInterface
    private interface Call {
        void run() throws KernelRefused;
    }

    private static void ignoringRefusal(Call call) {
        try {
            call.run();
        } catch (KernelRefused refused) {
            // Then the probe finds nothing, which is an answer.
        }
    }
}

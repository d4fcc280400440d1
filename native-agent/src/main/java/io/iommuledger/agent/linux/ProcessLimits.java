package io.iommuledger.agent.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Limits of this process, {@code /proc/self/limits} and {@code status}. */
final class ProcessLimits {
    /** Bit of CAP_IPC_LOCK, include/uapi/linux/capability.h. */
    private static final int CAP_IPC_LOCK = 14;

    /** PROC_USER_INIT_INO, include/linux/proc_ns.h: 0xeffffffd. */
    private static final String INITIAL_USER_NAMESPACE = "user:[4026531837]";

    private static final String LOCKED = "Max locked memory";
    private static final String EFFECTIVE = "CapEff:";

    private final Path process;

    ProcessLimits(Path process) {
        this.process = process;
    }

    /** Bytes; -1 without a limit, or with the capability that lets VFIO pass it. */
    long memoryLock() {
        String capabilities = line("status", EFFECTIVE);
        if ((Long.parseUnsignedLong(capabilities, 16) & (1L << CAP_IPC_LOCK)) != 0 && inInitialUserNamespace()) {
            return -1;
        }
        String soft = line("limits", LOCKED).replaceFirst(" .*", "");
        return soft.equals("unlimited") ? -1 : Long.parseLong(soft);
    }

    /**
     * VFIO asks {@code capable(CAP_IPC_LOCK)} (drivers/vfio/vfio_iommu_type1.c, vfio_dma_do_map), which is
     * {@code ns_capable(&init_user_ns, …)} (kernel/capability.c): what a container's root may do within its own user
     * namespace does not count. A kernel without user namespaces has no such link, and only the initial one.
     */
    private boolean inInitialUserNamespace() {
        Path link = process.resolve("ns/user");
        try {
            return Files.readSymbolicLink(link).toString().equals(INITIAL_USER_NAMESPACE);
        } catch (NoSuchFileException e) {
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + link, e);
        }
    }

    private String line(String name, String start) {
        Path file = process.resolve(name);
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> line.startsWith(start))
                    .map(line -> line.substring(start.length()).strip())
                    .findFirst()
                    .orElseThrow(() -> new IOException("no line '" + start + "'"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}

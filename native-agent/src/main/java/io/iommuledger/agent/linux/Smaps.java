package io.iommuledger.agent.linux;

import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.lifecycle.evidence.Errno;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the kernel tells of each part of this process's address space, Documentation/filesystems/proc.rst. Only parts that
 * are device memory for sure or are not for sure are an answer.
 */
final class Smaps {
    private static final String CALL = "read /proc/self/smaps";
    private static final Pattern AREA = Pattern.compile("([0-9a-f]{1,16})-([0-9a-f]{1,16}) .*");
    private static final String FLAGS = "VmFlags:";

    /** Addresses are unsigned; {@code end} is the first one behind it. */
    private record Area(long start, long end) {
        boolean contains(long address) {
            return Long.compareUnsigned(start, address) <= 0 && Long.compareUnsigned(address, end) < 0;
        }
    }

    private final Path file;

    Smaps(Path file) {
        this.file = file;
    }

    /** {@code pf} is VM_PFNMAP, {@code io} VM_IO: pages that the kernel does not manage. */
    boolean deviceMemory(long vaddr, long size) throws KernelRefused {
        long last = vaddr + size - 1;
        if (size == 0 || Long.compareUnsigned(last, vaddr) < 0) {
            throw new KernelRefused(CALL, Errno.EINVAL);
        }
        long told = vaddr;
        Optional<Area> area = Optional.empty();
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Matcher begins = AREA.matcher(line);
                if (begins.matches()) {
                    area = Optional.of(new Area(
                            Long.parseUnsignedLong(begins.group(1), 16), Long.parseUnsignedLong(begins.group(2), 16)));
                } else if (line.startsWith(FLAGS) && area.isPresent()) {
                    Area at = area.get();
                    if (at.contains(told)) {
                        List<String> flags =
                                List.of(line.substring(FLAGS.length()).strip().split(" +"));
                        if (flags.contains("pf") || flags.contains("io")) {
                            return true;
                        }
                        if (at.contains(last)) {
                            return false;
                        }
                        told = at.end();
                    }
                }
            }
        } catch (IOException e) {
            throw new KernelRefused(CALL, Errno.EIO);
        }
        throw new KernelRefused(CALL, Errno.EFAULT);
    }
}

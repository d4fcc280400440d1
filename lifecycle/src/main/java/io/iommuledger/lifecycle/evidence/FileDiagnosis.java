package io.iommuledger.lifecycle.evidence;

import static io.iommuledger.lifecycle.evidence.Diagnosis.known;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Likely causes of a kernel's refusal to open or map a file that a request named. Source: open(2), mmap(2). */
final class FileDiagnosis {
    private static final String OPEN = "open ";
    private static final String VFIO = OPEN + "/dev/vfio/";
    private static final String MMAP = "mmap";

    private static final Map<String, Diagnosis> OF_OPEN = Map.ofEntries(
            known(
                    "ENOENT",
                    "there is no such file on the host",
                    "correct the path; it is the host's, as the agent sees it"),
            known(
                    "EACCES",
                    "the agent may not open the file with that access",
                    "give the agent the right to it, or map it with access r"),
            known("EISDIR", "the path names a directory", "name a regular file or a device node"),
            known("ELOOP", "too many symbolic links, or links that lead in a circle", "name the file itself"),
            known(
                    "ENAMETOOLONG",
                    "the path or a part of it is longer than the file system takes (usually 255 bytes a part)",
                    "give the file a shorter name"),
            known(
                    "ENXIO",
                    "the path names a socket, or a device node behind which there is no device",
                    "name a regular file or the node of a device that is there"),
            known("ENOTDIR", "a part of the path before the last is no directory", "correct the path"),
            known(
                    "EROFS",
                    "the file system is mounted read-only, and the device is to write",
                    "map the file with access r, or mount the file system read-write"),
            known(
                    "ETXTBSY",
                    "the file is a program that runs, or a swap file, and the device is to write",
                    "map a copy of it, or map it with access r"),
            known("EOVERFLOW", "the file is too large for the call", "map a smaller file"),
            known("EAGAIN", "another process holds a lease on the file", "try again"));

    private static final Map<String, Diagnosis> OF_MMAP = Map.ofEntries(
            known(
                    "EACCES",
                    "the file is open for reading only, or for appending only",
                    "map it with access r, or give the agent the right to write it"),
            known(
                    "EAGAIN",
                    "the file is locked, or too much memory is",
                    "unlock it, or raise LimitMEMLOCK of the agent"),
            known("ENODEV", "the file or its file system cannot be mapped", "name a file that can be mapped"),
            known("ENXIO", "the range lies where the device has nothing", "choose an offset within the device"),
            known("EPERM", "the file is sealed against that access", "map it with access r"),
            known(
                    "ENOMEM",
                    "there is not enough memory, no huge page is free, or the agent's number of areas (vm.max_map_count)"
                            + " is used up",
                    "free memory, set huge pages aside, or raise vm.max_map_count"),
            known(
                    "EOVERFLOW",
                    "offset and size together pass the end of what can be addressed",
                    "choose a smaller offset"));

    private FileDiagnosis() {}

    static @Nullable Diagnosis of(KernelEvidence evidence) {
        String errno = evidence.errno().symbol();
        if (evidence.call().equals(MMAP)) {
            return OF_MMAP.get(errno);
        }
        return evidence.call().startsWith(OPEN) && !evidence.call().startsWith(VFIO) ? OF_OPEN.get(errno) : null;
    }
}

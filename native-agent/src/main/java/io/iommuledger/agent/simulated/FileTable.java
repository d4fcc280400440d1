package io.iommuledger.agent.simulated;

import io.iommuledger.agent.kernel.Fd;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.lifecycle.evidence.Errno;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The descriptors of the agent's process. A new one gets the lowest number that is free, as in POSIX. */
final class FileTable {

    /** 0, 1 and 2 are taken in every process. */
    private static final int FIRST = 3;

    private final Map<Integer, OpenFile> files = new HashMap<>();
    private final TreeSet<Integer> freed = new TreeSet<>();

    int add(OpenFile file) {
        int number = freed.isEmpty() ? FIRST + files.size() : freed.removeFirst();
        files.put(number, file);
        return number;
    }

    /** EBADF if closed; ENOTTY if the number meanwhile stands for a file that does not know the request. */
    <F extends OpenFile> F get(Fd fd, Class<F> kind, String call) throws KernelRefused {
        OpenFile file = files.get(fd.number());
        if (file == null) {
            throw new KernelRefused(call, Errno.EBADF);
        }
        if (!kind.isInstance(file)) {
            throw new KernelRefused(call, Errno.ENOTTY);
        }
        return kind.cast(file);
    }

    /** A table of the same files, which it holds too. */
    FileTable shared() {
        FileTable other = new FileTable();
        files.forEach((number, file) -> {
            file.retain();
            other.files.put(number, file);
        });
        other.freed.addAll(freed);
        return other;
    }

    void closeAll() {
        List<OpenFile> open = List.copyOf(files.values());
        files.clear();
        freed.clear();
        open.forEach(OpenFile::release);
    }

    void close(Fd fd) throws KernelRefused {
        OpenFile file = files.remove(fd.number());
        if (file == null) {
            throw new KernelRefused("close", Errno.EBADF);
        }
        freed.add(fd.number());
        file.release();
    }
}

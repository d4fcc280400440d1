package io.iommuledger.agent.linux;

import com.sun.jna.Pointer;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.kernel.ProcessMemory;
import java.nio.charset.StandardCharsets;

/** Raw access to this process's memory; an address that is not mapped ends the process. */
public final class LinuxProcessMemory implements ProcessMemory {
    private final KernelCalls calls = new KernelCalls(new Libc());

    @Override
    public void protect(long vaddr, long size, boolean readable) throws KernelRefused {
        calls.mprotect(vaddr, size, readable ? LibcFlags.PROT_READ : LibcFlags.PROT_NONE);
    }

    @Override
    public void writeText(long vaddr, String text) {
        byte[] bytes = (text + "\0").getBytes(StandardCharsets.ISO_8859_1);
        new Pointer(vaddr).write(0, bytes, 0, bytes.length);
    }

    @Override
    public String readText(long vaddr, int most) {
        String bytes = new String(new Pointer(vaddr).getByteArray(0, most), StandardCharsets.ISO_8859_1);
        int end = bytes.indexOf('\0');
        return end < 0 ? bytes : bytes.substring(0, end);
    }

    @Override
    public void writeLong(long vaddr, long value) {
        new Pointer(vaddr).setLong(0, value);
    }

    @Override
    public long readLong(long vaddr) {
        return new Pointer(vaddr).getLong(0);
    }
}

package io.iommuledger.agent.linux;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Native memory for the argument of a system call, allocated once and reused. It is written through a direct buffer,
 * which costs no native call; {@code Memory}'s own setters cost one each.
 */
final class NativeBlock {
    private Memory memory;
    private ByteBuffer view;

    NativeBlock(int bytes) {
        memory = new Memory(bytes);
        view = viewOf(memory);
    }

    /** Good until the block grows; the caller keeps the block reachable while the kernel uses the address. */
    long address() {
        return Pointer.nativeValue(memory);
    }

    /** All of the block, in the machine's byte order; good until the block grows. */
    ByteBuffer view() {
        return view;
    }

    int bytes() {
        return view.capacity();
    }

    /** All zeros, so that a field an older kernel does not write reads as 0. */
    ByteBuffer cleared() {
        memory.clear();
        return view;
    }

    /** Makes room for at least that many bytes; what was in the block is lost. */
    void reserve(int bytes) {
        if (bytes > bytes()) {
            memory = new Memory(bytes);
            view = viewOf(memory);
        }
    }

    private static ByteBuffer viewOf(Memory memory) {
        return memory.getByteBuffer(0, memory.size()).order(ByteOrder.nativeOrder());
    }
}

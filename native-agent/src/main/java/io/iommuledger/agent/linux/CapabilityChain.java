package io.iommuledger.agent.linux;

import io.iommuledger.agent.linux.VfioAbi.InfoCapHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** The chain of {@code struct vfio_info_cap_header} behind an info struct. */
final class CapabilityChain {

    private CapabilityChain() {}

    /** A capability's place in the argument, in bytes from the argument's start. */
    record Capability(int id, int version, int offset) {}

    /**
     * @param argument all the bytes that the kernel was given; no capability may reach beyond its limit
     * @param fixedBytes size of the struct before the chain, which no capability may lie in
     * @param first offset of the first capability, 0 for none
     * @throws IllegalStateException if the chain leaves the argument, runs into the struct or loops
     */
    static List<Capability> parse(ByteBuffer argument, int fixedBytes, int first) {
        List<Capability> chain = new ArrayList<>();
        BitSet seen = new BitSet(argument.limit());
        int offset = first;
        while (offset != 0) {
            require(argument, fixedBytes, offset, InfoCapHeader.BYTES);
            if (seen.get(offset)) {
                throw new IllegalStateException("capability chain loops: first=%s, again=%s, capabilities=%d"
                        .formatted(Integer.toUnsignedString(first), Integer.toUnsignedString(offset), chain.size()));
            }
            seen.set(offset);
            chain.add(new Capability(
                    Short.toUnsignedInt(argument.getShort(offset + InfoCapHeader.ID)),
                    Short.toUnsignedInt(argument.getShort(offset + InfoCapHeader.VERSION)),
                    offset));
            offset = argument.getInt(offset + InfoCapHeader.NEXT);
        }
        return List.copyOf(chain);
    }

    /** @throws IllegalStateException if {@code bytes} from {@code offset} are not all inside, both unsigned */
    static void require(ByteBuffer argument, int fixedBytes, int offset, long bytes) {
        long from = Integer.toUnsignedLong(offset);
        if (from < fixedBytes || from + bytes > argument.limit()) {
            throw new IllegalStateException("capability outside its argument: offset=%d, bytes=%d, allowed=[%d, %d)"
                    .formatted(from, bytes, fixedBytes, argument.limit()));
        }
    }
}

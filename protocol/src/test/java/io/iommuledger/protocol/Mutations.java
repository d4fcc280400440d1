package io.iommuledger.protocol;

import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Bytes that were cut short, or of which one was changed, put in or left out. */
final class Mutations {

    private Mutations() {}

    static Arbitrary<byte[]> of(Arbitrary<byte[]> originals) {
        return Combinators.combine(
                        originals, Arbitraries.integers().between(0, 3), Arbitraries.integers(), Arbitraries.bytes())
                .as(Mutations::mutated);
    }

    private static byte[] mutated(byte[] original, int how, int where, byte what) {
        if (original.length == 0) {
            return new byte[] {what};
        }
        int at = Integer.remainderUnsigned(where, original.length);
        byte[] head = Arrays.copyOf(original, at);
        return switch (how) {
            case 0 -> head;
            case 1 -> joined(head, new byte[] {what}, Arrays.copyOfRange(original, at + 1, original.length));
            case 2 -> joined(head, new byte[] {what}, Arrays.copyOfRange(original, at, original.length));
            default -> joined(head, new byte[0], Arrays.copyOfRange(original, at + 1, original.length));
        };
    }

    private static byte[] joined(byte[] head, byte[] middle, byte[] tail) {
        byte[] all = Arrays.copyOf(head, head.length + middle.length + tail.length);
        System.arraycopy(middle, 0, all, head.length, middle.length);
        System.arraycopy(tail, 0, all, head.length + middle.length, tail.length);
        return all;
    }
}

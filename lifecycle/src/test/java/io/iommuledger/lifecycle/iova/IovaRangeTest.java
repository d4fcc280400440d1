package io.iommuledger.lifecycle.iova;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;

/** Compared with arithmetic that cannot overflow. */
class IovaRangeTest {

    private static BigInteger exact(long unsigned) {
        return new BigInteger(Long.toUnsignedString(unsigned));
    }

    private static boolean inside(IovaRange range, BigInteger address) {
        return exact(range.start()).compareTo(address) <= 0 && address.compareTo(exact(range.last())) <= 0;
    }

    /** Any addresses, with many near 0, near the sign bit and near 2^64 - 1. */
    @Provide
    Arbitrary<Long> addresses() {
        Arbitrary<Long> near = Combinators.combine(
                        Arbitraries.of(0L, Long.MIN_VALUE, -1L),
                        Arbitraries.longs().between(-3, 3))
                .as(Long::sum);
        return Arbitraries.frequencyOf(Tuple.of(1, Arbitraries.longs()), Tuple.of(2, near));
    }

    @Provide
    Arbitrary<IovaRange> ranges() {
        return Combinators.combine(addresses(), addresses())
                .as((a, b) -> Long.compareUnsigned(a, b) <= 0 ? new IovaRange(a, b) : new IovaRange(b, a));
    }

    @Property
    void overlapsExactlyIfOneHoldsAnEndOfTheOther(@ForAll("ranges") IovaRange a, @ForAll("ranges") IovaRange b) {
        boolean expected = inside(a, exact(b.start())) || inside(b, exact(a.start()));
        assertThat(a.overlaps(b)).isEqualTo(expected);
        assertThat(b.overlaps(a)).isEqualTo(expected);
    }

    @Property
    void containsExactlyTheAddressesBetweenItsEnds(@ForAll("ranges") IovaRange a, @ForAll("addresses") long iova) {
        assertThat(a.contains(iova)).isEqualTo(inside(a, exact(iova)));
    }

    @Property
    void containsARangeExactlyIfItContainsBothEnds(@ForAll("ranges") IovaRange a, @ForAll("ranges") IovaRange b) {
        assertThat(a.contains(b)).isEqualTo(a.contains(b.start()) && a.contains(b.last()));
    }

    @Property
    void sizeCountsBothEndsAndIsZeroOnlyForEverything(@ForAll("ranges") IovaRange a) {
        BigInteger bytes = exact(a.last()).subtract(exact(a.start())).add(BigInteger.ONE);
        assertThat(exact(a.size())).isEqualTo(bytes.mod(BigInteger.TWO.pow(64)));
        assertThat(a.size() == 0).isEqualTo(a.equals(IovaRange.ALL));
    }

    @Property
    void isMadeOfAStartAndASizeExactlyIfItFitsBelowTwoToThe64(
            @ForAll("addresses") long start, @ForAll("addresses") long size) {
        BigInteger end = exact(start).add(exact(size));
        if (size != 0 && end.compareTo(BigInteger.TWO.pow(64)) <= 0) {
            IovaRange made = IovaRange.ofSize(start, size);
            assertThat(made.start()).isEqualTo(start);
            assertThat(made.size()).isEqualTo(size);
        } else {
            assertThatIllegalArgumentException().isThrownBy(() -> IovaRange.ofSize(start, size));
        }
    }

    @Property
    void sortsByStartThenLastAsUnsignedNumbers(@ForAll("ranges") IovaRange a, @ForAll("ranges") IovaRange b) {
        int byStart = exact(a.start()).compareTo(exact(b.start()));
        int expected = byStart != 0 ? byStart : exact(a.last()).compareTo(exact(b.last()));
        assertThat(Integer.signum(a.compareTo(b))).isEqualTo(expected);
    }

    @Test
    void aRangeThatEndsBeforeItStartsIsRefusedWithBothEnds() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new IovaRange(-1L, 0))
                .withMessageContaining("start=0xffffffffffffffff, last=0x0");
    }

    @Test
    void isWrittenInHexWithBothEndsInside() {
        assertThat(IovaRange.ofSize(-4096, 4096)).hasToString("[0xfffffffffffff000, 0xffffffffffffffff]");
    }
}

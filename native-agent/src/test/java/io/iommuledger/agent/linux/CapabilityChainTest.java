package io.iommuledger.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.iommuledger.agent.linux.CapabilityChain.Capability;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

final class CapabilityChainTest {
    private static final int FIXED = 32;

    private final ByteBuffer argument = ByteBuffer.allocate(64).order(ByteOrder.nativeOrder());

    @Test
    void noOffsetIsNoChain() {
        assertThat(CapabilityChain.parse(argument, FIXED, 0)).isEmpty();
    }

    @Test
    void followsTheChainInItsOwnOrder() {
        header(32, 1, 1, 56);
        header(56, 0xffff, 2, 40);
        header(40, 3, 1, 0);
        assertThat(CapabilityChain.parse(argument, FIXED, 32))
                .containsExactly(new Capability(1, 1, 32), new Capability(0xffff, 2, 56), new Capability(3, 1, 40));
    }

    @Test
    void refusesAChainThatLoops() {
        header(32, 1, 1, 40);
        header(40, 2, 1, 32);
        assertBroken(32, "capability chain loops: first=32, again=32, capabilities=2");
    }

    @Test
    void refusesACapabilityThatFollowsItself() {
        header(48, 1, 1, 48);
        assertBroken(48, "capability chain loops: first=48, again=48, capabilities=1");
    }

    @Test
    void refusesAHeaderThatIsCutOff() {
        assertBroken(57, "capability outside its argument: offset=57, bytes=8, allowed=[32, 64)");
        header(32, 1, 1, 64);
        assertBroken(32, "capability outside its argument: offset=64, bytes=8, allowed=[32, 64)");
    }

    @Test
    void refusesAnOffsetThatIsNegativeAsAnInt() {
        assertBroken(-8, "capability outside its argument: offset=4294967288, bytes=8, allowed=[32, 64)");
        header(32, 1, 1, Integer.MIN_VALUE);
        assertBroken(32, "capability outside its argument: offset=2147483648, bytes=8, allowed=[32, 64)");
    }

    @Test
    void refusesACapabilityInsideTheStruct() {
        assertBroken(24, "capability outside its argument: offset=24, bytes=8, allowed=[32, 64)");
        header(32, 1, 1, 8);
        assertBroken(32, "capability outside its argument: offset=8, bytes=8, allowed=[32, 64)");
    }

    private void assertBroken(int first, String message) {
        assertThatIllegalStateException()
                .isThrownBy(() -> CapabilityChain.parse(argument, FIXED, first))
                .withMessage(message);
    }

    private void header(int offset, int id, int version, int next) {
        argument.putShort(offset, (short) id)
                .putShort(offset + 2, (short) version)
                .putInt(offset + 4, next);
    }
}

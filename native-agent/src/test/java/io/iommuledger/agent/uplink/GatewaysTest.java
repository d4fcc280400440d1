package io.iommuledger.agent.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.inprocess.InProcessChannelBuilder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GatewaysTest {

    private static Gateways gateways(String... addresses) {
        Map<String, ManagedChannel> channels = new LinkedHashMap<>();
        for (String address : addresses) {
            channels.put(address, InProcessChannelBuilder.forName(address).build());
        }
        return Gateways.of(channels);
    }

    @Test
    void theyAreTriedInTurnAndThenItIsTimeToWait() {
        Gateways gateways = gateways("a:1", "b:2", "c:3");
        assertThat(gateways.next(Optional.empty())).isFalse();
        assertThat(gateways.address()).isEqualTo("b:2");
        assertThat(gateways.next(Optional.empty())).isFalse();
        assertThat(gateways.address()).isEqualTo("c:3");
        assertThat(gateways.next(Optional.empty())).isTrue();
        assertThat(gateways.address()).isEqualTo("a:1");
        assertThat(gateways.next(Optional.empty())).as("a new round").isFalse();
    }

    @Test
    void aLeaderThatIsNamedIsNextByItsAddressOrItsMachineIfItIsKnown() {
        Gateways gateways = gateways("a:1", "b:2", "c:3");
        gateways.next(Optional.of("c:3"));
        assertThat(gateways.address()).isEqualTo("c:3");
        gateways.welcomed();
        gateways.next(Optional.of("b"));
        assertThat(gateways.address()).isEqualTo("b:2");
        gateways.welcomed();
        gateways.next(Optional.of("evil:9"));
        assertThat(gateways.address())
                .as("nobody makes an agent dial where it was not told to")
                .isEqualTo("c:3");
    }

    @Test
    void aMachineWithTwoOfThemSaysNotWhich() {
        Gateways gateways = gateways("a:1", "b:2", "b:3");
        gateways.next(Optional.of("b:8080"));
        assertThat(gateways.address()).isEqualTo("b:2");
        gateways.next(Optional.of("b:8080"));
        assertThat(gateways.address()).as("the next one in turn").isEqualTo("b:3");
    }

    @Test
    void whereThereIsOnlyOneItIsAlwaysTimeToWait() {
        Gateways gateways = gateways("a:1");
        assertThat(gateways.next(Optional.of("b"))).isTrue();
        assertThat(gateways.next(Optional.empty())).isTrue();
        assertThat(gateways.address()).isEqualTo("a:1");
    }
}

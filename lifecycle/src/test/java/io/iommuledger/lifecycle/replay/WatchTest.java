package io.iommuledger.lifecycle.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.context.ContextKind;
import io.iommuledger.lifecycle.fact.ContextOpenRequested;
import io.iommuledger.lifecycle.fact.ContextOpened;
import io.iommuledger.lifecycle.fact.EpochBegan;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.fact.Stamp;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.Logged;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.Scope;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** When a mapping begins to meet a condition. */
class WatchTest {
    private static final long SECOND = 1_000_000_000L;

    private final World world = new World(Scope.ALL, text -> "");
    private long position;

    @Test
    void afterTheLastFactTheEarliestMomentOfAllHostsComesFirst() {
        tellOfMapping("first-by-name", 5 * SECOND);
        tellOfMapping("second-by-name", 2 * SECOND);
        Watch watch = new Watch(ConditionParser.parse("age > 1s"));
        watch.begin(world);

        assertThat(hostAt(watch.before(world, position, 10 * SECOND))).isEqualTo("second-by-name 3000000001");
        assertThat(hostAt(watch.before(world, position, 10 * SECOND))).isEqualTo("first-by-name 6000000001");
        assertThat(watch.before(world, position, 10 * SECOND)).isEmpty();
    }

    @Test
    void aMomentAtOrAfterTheInstantIsLeftForLater() {
        tellOfMapping("one", 2 * SECOND);
        Watch watch = new Watch(ConditionParser.parse("age > 1s"));
        watch.begin(world);
        assertThat(watch.before(world, position, 3 * SECOND + 1)).isEmpty();
        assertThat(watch.before(world, position, 3 * SECOND + 2)).isPresent();
    }

    private static String hostAt(Optional<Watch.Met> met) {
        return met.map(one -> one.mappings().getFirst().host() + " " + one.nanos())
                .orElse("nothing");
    }

    private void tellOfMapping(String host, long nanos) {
        StreamId stream = new StreamId(new HostId(host), 1);
        List<Fact> facts = List.of(
                new EpochBegan(
                        new UUID(1, 2),
                        "machine",
                        "boot",
                        "6.12.0",
                        "0.1.0",
                        Policies.KERNEL,
                        false,
                        -1,
                        Optional.empty()),
                new ContextOpenRequested(1),
                new ContextOpened(1, 1, ContextKind.TYPE1),
                new MapRequested(1, 1, new IovaRange(0, 0xfff), DmaAccess.READ, new Backing.Memory(0x7f00_0000_0000L)),
                new Mapped(3, 1));
        for (int sequence = 0; sequence < facts.size(); sequence++) {
            position++;
            world.take(new Logged(
                    position,
                    stream,
                    Optional.of(new RecordedFact(
                            new Stamp(sequence, nanos, nanos, Optional.empty()), facts.get(sequence)))));
        }
    }
}

package io.iommuledger.lifecycle.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.context.ContextKind;
import io.iommuledger.lifecycle.device.Bar;
import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.fact.ContextOpenRequested;
import io.iommuledger.lifecycle.fact.ContextOpened;
import io.iommuledger.lifecycle.fact.DeviceDiscovered;
import io.iommuledger.lifecycle.fact.DeviceOpenRequested;
import io.iommuledger.lifecycle.fact.DeviceOpened;
import io.iommuledger.lifecycle.fact.DeviceReleaseRequested;
import io.iommuledger.lifecycle.fact.DeviceReleased;
import io.iommuledger.lifecycle.fact.EpochBegan;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.GroupAttachRequested;
import io.iommuledger.lifecycle.fact.GroupAttached;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.MemoryDecodingChanged;
import io.iommuledger.lifecycle.fact.MemoryDecodingRequested;
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
import io.iommuledger.lifecycle.mapping.MappingState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** When a mapping begins to meet a condition. */
class WatchTest {
    private static final long SECOND = 1_000_000_000L;
    private static final PciAddress NIC = PciAddress.parse("0000:3b:00.0");

    private final World world = new World(Scope.ALL, text -> "");
    private final Map<String, Long> told = new HashMap<>();
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

    @Test
    void aZombieGrowsOldFromWhenItBecameOneWhateverItIsNow() {
        tell(
                "haunted",
                5 * SECOND,
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
                new DeviceDiscovered(
                        NIC, 10, 0x15b3, 0x1021, 0x020000, "vfio-pci", List.of(), List.of(new Bar(0, 0, 0x1000))),
                new ContextOpenRequested(1),
                new ContextOpened(2, 1, ContextKind.TYPE1),
                new GroupAttachRequested(1, 10),
                new GroupAttached(4, 1, 10, 0x1000, List.of(new IovaRange(0, 0xffff)), 10),
                new DeviceOpenRequested(1, NIC),
                new DeviceOpened(6, 1, NIC, MemoryDecoding.ON),
                new MapRequested(1, 1, new IovaRange(0, 0xfff), DmaAccess.READ, new Backing.BarRange(NIC, 0, 0, 0)),
                new Mapped(8, 1));
        tell(
                "haunted",
                10 * SECOND,
                new MemoryDecodingRequested(1, NIC, MemoryDecoding.OFF),
                new MemoryDecodingChanged(10, NIC, MemoryDecoding.OFF));
        World stale = world.copy();
        Watch watch = new Watch(ConditionParser.parse("zombie and age > 4s"));
        watch.begin(world);
        List<Taken> released =
                tell("haunted", 12 * SECOND, new DeviceReleaseRequested(1, NIC), new DeviceReleased(12, 1, NIC));
        assertThat(world.zombies())
                .singleElement()
                .matches(zombie -> zombie.mapping().state() == MappingState.ORPHANED)
                .matches(zombie -> zombie.sinceNanos() == 12 * SECOND);
        released.forEach(taken -> assertThat(watch.after(world, taken)).isEmpty());
        assertThat(hostAt(watch.before(world, position, 100 * SECOND))).isEqualTo("haunted 14000000001");

        for (World other : List.of(stale, world.copy())) {
            watch.begin(other);
            assertThat(hostAt(watch.before(other, position, 100 * SECOND))).isEqualTo("haunted 14000000001");
        }
    }

    private static String hostAt(Optional<Watch.Met> met) {
        return met.map(one -> one.mappings().getFirst().host() + " " + one.nanos())
                .orElse("nothing");
    }

    private void tellOfMapping(String host, long nanos) {
        tell(
                host,
                nanos,
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
    }

    private List<Taken> tell(String host, long nanos, Fact... facts) {
        StreamId stream = new StreamId(new HostId(host), 1);
        List<Taken> taken = new ArrayList<>();
        for (Fact fact : facts) {
            Stamp stamp = new Stamp(told.merge(host, 1L, Long::sum) - 1, nanos, nanos, Optional.empty());
            position++;
            world.take(new Logged(position, stream, Optional.of(new RecordedFact(stamp, fact))))
                    .ifPresent(taken::add);
        }
        return taken;
    }
}

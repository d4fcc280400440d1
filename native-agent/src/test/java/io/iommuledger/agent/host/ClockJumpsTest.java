package io.iommuledger.agent.host;

import static io.iommuledger.agent.host.Rig.SHM2;
import static io.iommuledger.agent.host.Rig.pages;
import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.agent.journal.Faults;
import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.StreamId;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Fault F11: the host's wall clock jumps an hour either way, or stands still. */
@Tag("fault")
class ClockJumpsTest {
    private static final int RUNS = Faults.count(20);
    private static final long HOUR = TimeUnit.HOURS.toNanos(1);

    @Test
    void theOrderStandsAndBothClocksAreKeptAsTheyWereRead() {
        for (int seed = 1; seed <= RUNS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<Long> read = new ArrayList<>();
            long[] wall = {Rig.NOW};
            Rig rig = new Rig(Policies.DEFAULT, () -> {
                wall[0] += switch (random.nextInt(4)) {
                    case 0 -> HOUR;
                    case 1 -> -HOUR;
                    case 2 -> 0;
                    default -> random.nextLong(1_000_000_000);
                };
                read.add(wall[0]);
                return wall[0];
            });
            rig.withPeerMapping();
            rig.decode(SHM2, MemoryDecoding.OFF);
            rig.decode(SHM2, MemoryDecoding.ON);
            rig.unmap(pages(16, 4));
            check(rig.recorded(), read);
        }
        Faults.borne("F11 clock jumps, order kept", RUNS, RUNS);
    }

    private static void check(List<RecordedFact> facts, List<Long> read) {
        HostState history = new HostState(new HostId("lab"));
        StreamId stream = new StreamId(new HostId("lab"), 1);
        long effective = Long.MIN_VALUE;
        long monotonic = Long.MIN_VALUE;
        int jumps = 0;
        for (RecordedFact fact : facts) {
            history.evolve(stream, fact);
            assertThat(read).contains(fact.stamp().wallNanos());
            assertThat(fact.stamp().monotonicNanos()).isGreaterThan(monotonic);
            assertThat(history.effectiveNanos()).isGreaterThanOrEqualTo(effective);
            jumps += fact.stamp().wallNanos() < effective ? 1 : 0;
            monotonic = fact.stamp().monotonicNanos();
            effective = history.effectiveNanos();
        }
        assertThat(jumps).as("times that the clock went back").isPositive();
        assertThat(history.mappings()).isEmpty();
        assertThat(history.openEpisodes()).isEmpty();
    }
}

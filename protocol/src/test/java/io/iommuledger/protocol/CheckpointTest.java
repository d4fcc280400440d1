package io.iommuledger.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.fact.Stamp;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.Logged;
import io.iommuledger.lifecycle.host.Scope;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.replay.HostCheckpoint;
import io.iommuledger.lifecycle.replay.Taken;
import io.iommuledger.lifecycle.replay.World;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** A fold that was kept goes on as the one that was not. */
class CheckpointTest {

    /** Facts of two hosts and three epochs thrown together; most in order, some twice, some lost. */
    @Provide
    Arbitrary<List<Logged>> anything() {
        Arbitrary<Integer> steps = Arbitraries.frequency(Tuple.of(8, 1), Tuple.of(1, 0), Tuple.of(1, 2));
        return Combinators.combine(
                        Arbitraries.of("a", "b"),
                        Arbitraries.longs().between(1, 3),
                        steps,
                        Arbitraries.longs().between(-5, 5),
                        Arbitraries.integers().between(-1, 3),
                        AnyValue.of(Fact.class))
                .as((host, epoch, step, nanos, parts, fact) -> new Logged(
                        0,
                        new StreamId(new HostId(host), epoch),
                        Optional.of(new RecordedFact(new Stamp(step, nanos, nanos, Optional.empty(), parts), fact))))
                .list()
                .ofMaxSize(60)
                .map(CheckpointTest::numbered);
    }

    private static List<Logged> numbered(List<Logged> steps) {
        Map<StreamId, Long> last = new HashMap<>();
        List<Logged> numbered = new ArrayList<>();
        for (Logged told : steps) {
            RecordedFact recorded = told.fact().orElseThrow();
            Stamp step = recorded.stamp();
            long sequence = last.merge(told.stream(), step.sequence(), Long::sum);
            Stamp stamp = new Stamp(sequence, step.wallNanos(), step.monotonicNanos(), step.operation(), step.parts());
            numbered.add(new Logged(
                    numbered.size() + 1, told.stream(), Optional.of(new RecordedFact(stamp, recorded.fact()))));
        }
        return numbered;
    }

    private static World again(World world) {
        CheckpointDecoder decoder = new CheckpointDecoder();
        CheckpointEncoder encoder = new CheckpointEncoder(decoder::take);
        try {
            for (HostCheckpoint host : world.checkpoint()) {
                encoder.put(host);
            }
        } catch (IOException e) {
            throw new AssertionError("the decoder writes nothing", e);
        }
        return World.resumed(Scope.ALL, Sha256::hex, decoder.hosts());
    }

    @Property(tries = 300)
    void aKeptFoldGoesOnAsTheOneThatWasNot(@ForAll("anything") List<Logged> facts, @ForAll("place") double place) {
        World original = new World(Scope.ALL, Sha256::hex);
        int kept = (int) (place * facts.size());
        facts.subList(0, kept).forEach(original::take);
        World resumed = again(original);
        assertThat(resumed.text() + resumed.mappingsText()).isEqualTo(original.text() + original.mappingsText());
        assertThat(resumed.zombies()).isEqualTo(original.zombies());
        for (Logged next : facts.subList(kept, facts.size())) {
            Taken expected = original.take(next).orElseThrow();
            assertThat(resumed.take(next)).contains(expected);
        }
        assertThat(resumed.hash()).isEqualTo(original.hash());
        assertThat(again(resumed).checkpoint()).isEqualTo(original.checkpoint());
    }

    @Provide
    Arbitrary<Double> place() {
        return Arbitraries.doubles().between(0, 1);
    }

    @Property(tries = 300)
    void whatIsNoCheckpointIsRefusedAsSuch(@ForAll("mutated") byte[] bytes) {
        CheckpointDecoder decoder = new CheckpointDecoder();
        try {
            decoder.take(bytes);
        } catch (MalformedRecord expected) {
            assertThat(expected).hasMessageContaining("checkpoint");
        }
    }

    @Provide
    Arbitrary<byte[]> mutated() {
        return Mutations.of(anything().filter(facts -> !facts.isEmpty()).map(facts -> {
            World world = new World(Scope.ALL, Sha256::hex);
            facts.forEach(world::take);
            List<byte[]> parts = new ArrayList<>();
            CheckpointEncoder encoder = new CheckpointEncoder(parts::add);
            try {
                encoder.put(world.checkpoint().getFirst());
            } catch (IOException e) {
                throw new AssertionError("a list takes everything", e);
            }
            return parts.getFirst();
        }));
    }

    @Example
    void aPartStandsBehindItsHost() {
        CheckpointDecoder decoder = new CheckpointDecoder();
        assertThatThrownBy(() -> decoder.take(new byte[] {0x12, 2, 8, 1}))
                .isInstanceOf(MalformedRecord.class)
                .hasMessageContaining("before its host");
        assertThatThrownBy(() -> decoder.take("a text".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(MalformedRecord.class);
    }
}

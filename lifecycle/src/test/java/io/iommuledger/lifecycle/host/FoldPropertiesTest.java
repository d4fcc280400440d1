package io.iommuledger.lifecycle.host;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.iommuledger.lifecycle.AnyValue;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.fact.Stamp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** What holds for facts thrown together; what holds for those of a host is seen on the agent's random histories. */
class FoldPropertiesTest {

    record Told(StreamId stream, RecordedFact recorded) {}

    /** Facts of three epochs that come in between each other; most in order, some twice, some lost. */
    @Provide
    Arbitrary<List<Told>> anything() {
        Arbitrary<Integer> steps = Arbitraries.frequency(Tuple.of(8, 1), Tuple.of(1, 0), Tuple.of(1, 2));
        return Combinators.combine(
                        Arbitraries.longs().between(1, 3),
                        steps,
                        Arbitraries.longs().between(-5, 5),
                        Arbitraries.integers().between(-1, 3),
                        AnyValue.of(Fact.class))
                .as((epoch, step, nanos, parts, fact) -> new Told(
                        new StreamId(Story.HOST, epoch),
                        new RecordedFact(new Stamp(step, nanos, nanos, Optional.empty(), parts), fact)))
                .list()
                .ofMaxSize(100)
                .map(FoldPropertiesTest::numbered);
    }

    private static List<Told> numbered(List<Told> steps) {
        Map<StreamId, Long> last = new HashMap<>();
        List<Told> numbered = new ArrayList<>();
        for (Told told : steps) {
            Stamp step = told.recorded().stamp();
            long sequence = last.merge(told.stream(), step.sequence(), Long::sum);
            Stamp stamp = new Stamp(sequence, step.wallNanos(), step.monotonicNanos(), step.operation(), step.parts());
            numbered.add(new Told(
                    told.stream(), new RecordedFact(stamp, told.recorded().fact())));
        }
        return numbered;
    }

    @Property(tries = 500)
    void noFactIsEverRefusedHoweverLittleItFits(@ForAll("anything") List<Told> facts) {
        HostState books = new HostState(Story.HOST);
        assertThatCode(() -> facts.forEach(told -> books.evolve(told.stream(), told.recorded())))
                .doesNotThrowAnyException();
    }
}

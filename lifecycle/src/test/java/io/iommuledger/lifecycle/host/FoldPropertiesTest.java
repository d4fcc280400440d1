package io.iommuledger.lifecycle.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.iommuledger.lifecycle.AnyValue;
import io.iommuledger.lifecycle.context.Context;
import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.fact.Stamp;
import io.iommuledger.lifecycle.fact.Unmapped;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.Cause;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.lifecycle.mapping.MappingState;
import io.iommuledger.lifecycle.reset.Episode;
import io.iommuledger.lifecycle.reset.EpisodeId;
import io.iommuledger.lifecycle.reset.EpisodeOutcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;

/** What holds for every history: of a plausible host ({@link ToyHost}), or of facts thrown together. */
class FoldPropertiesTest {

    @Provide
    Arbitrary<List<Deed>> deeds() {
        Arbitrary<Integer> small = Arbitraries.integers().between(0, 3);
        Arbitrary<Deed> any = Combinators.combine(
                        Arbitraries.of(Deed.Kind.class),
                        small,
                        Arbitraries.frequency(Tuple.of(5, 0), Tuple.of(2, 1), Tuple.of(1, 2)),
                        Arbitraries.integers().between(0, 15))
                .as(Deed::new);
        return any.list().ofMinSize(20).ofMaxSize(120).map(FoldPropertiesTest::beginning);
    }

    /** Most histories soon have a context with devices. */
    private static List<Deed> beginning(List<Deed> rest) {
        List<Deed> all = new ArrayList<>(List.of(
                new Deed(Deed.Kind.OPEN_CONTEXT, 0, 0, 0),
                new Deed(Deed.Kind.ATTACH, 0, 0, 0),
                new Deed(Deed.Kind.ATTACH, 2, 0, 0),
                new Deed(Deed.Kind.OPEN, 0, 0, 0),
                new Deed(Deed.Kind.OPEN, 1, 0, 0)));
        all.addAll(rest);
        return all;
    }

    private static List<ToyHost.Told> history(List<Deed> deeds) {
        ToyHost host = new ToyHost();
        deeds.forEach(host::act);
        return host.told;
    }

    /** Folds a history and shows each change as it comes. */
    private static HostState fold(List<ToyHost.Told> history, Watcher watcher) {
        HostState books = new HostState(Story.HOST);
        for (ToyHost.Told told : history) {
            watcher.saw(books, told, books.evolve(told.stream(), told.recorded()));
        }
        return books;
    }

    @FunctionalInterface
    private interface Watcher {
        void saw(HostState books, ToyHost.Told told, List<Change> changes);
    }

    @Property(tries = 500)
    void theBooksSayAfterEveryDeedWhatTheMachineIs(@ForAll("deeds") List<Deed> deeds) {
        ToyHost host = new ToyHost();
        HostState books = new HostState(Story.HOST);
        int taken = 0;
        for (Deed deed : deeds) {
            host.act(deed);
            for (; taken < host.told.size(); taken++) {
                ToyHost.Told next = host.told.get(taken);
                assertThat(books.evolve(next.stream(), next.recorded()))
                        .as("findings")
                        .noneMatch(Change.Finding.class::isInstance);
            }
            Map<Long, MappingState> machine = new TreeMap<>();
            host.kernel.entries.forEach((number, entry) -> machine.put(number, host.kernel.state(entry)));
            Map<Long, MappingState> said = new TreeMap<>();
            books.mappings().stream()
                    .filter(mapping -> mapping.id().epoch() == host.stream().epoch())
                    .forEach(mapping -> said.put(mapping.id().number(), mapping.state()));
            assertThat(said).as("after %s", deed).isEqualTo(machine);
        }
    }

    @Property(tries = 200)
    void liveMappingsOfAContextAreDisjointAndNeverMoreThanTheKernelsLimit(@ForAll("deeds") List<Deed> deeds) {
        fold(history(deeds), (books, told, changes) -> {
            for (Context context : books.contexts()) {
                List<Mapping> live = books.mappings(context.id());
                assertThat(live).hasSizeLessThanOrEqualTo(ToyKernel.LIMIT);
                for (int i = 1; i < live.size(); i++) {
                    assertThat(Long.compareUnsigned(
                                    live.get(i - 1).iova().last(),
                                    live.get(i).iova().start()))
                            .as("%s before %s", live.get(i - 1), live.get(i))
                            .isNegative();
                }
            }
        });
    }

    @Property(tries = 200)
    void liveMappingsAreThoseThatWereMappedLessThoseThatEnded(@ForAll("deeds") List<Deed> deeds) {
        Map<ContextId, Integer> live = new HashMap<>();
        Map<MappingId, MappingState> last = new HashMap<>();
        HostState books = fold(
                history(deeds),
                (now, told, changes) -> mappings(changes).forEach(mapping -> {
                    boolean stood = stands(last.put(mapping.id(), mapping.state()));
                    int difference = (stands(mapping.state()) ? 1 : 0) - (stood ? 1 : 0);
                    live.merge(mapping.context(), difference, Integer::sum);
                }));
        live.forEach((context, count) ->
                assertThat(books.mappings(context)).as("%s", context).hasSize(count));
    }

    @Property(tries = 200)
    void nothingHappensToAMappingThatHasEnded(@ForAll("deeds") List<Deed> deeds) {
        Set<MappingId> ended = new HashSet<>();
        fold(
                history(deeds),
                (books, told, changes) -> mappings(changes).forEach(mapping -> {
                    assertThat(ended).as("%s", mapping).doesNotContain(mapping.id());
                    if (mapping.state().terminal()) {
                        ended.add(mapping.id());
                    }
                }));
    }

    @Property(tries = 200)
    void aZombieIsExplained(@ForAll("deeds") List<Deed> deeds) {
        fold(history(deeds), (books, told, changes) -> {
            for (Mapping mapping : books.mappings()) {
                switch (mapping.state()) {
                    case STALE ->
                        assertThat(books.openEpisodes())
                                .as("%s", mapping)
                                .anyMatch(open -> mapping.episode().equals(Optional.of(open.id()))
                                        && open.affected().contains(exporter(mapping)));
                    case ORPHANED ->
                        assertThat(books.device(exporter(mapping))
                                        .filter(device ->
                                                device.held() && device.session() == mapping.exporterSession()))
                                .as("%s", mapping)
                                .isEmpty();
                    default -> assertThat(mapping.episode()).as("%s", mapping).isEmpty();
                }
            }
        });
    }

    @Property(tries = 200)
    void everyEpisodeBeginsOnceEndsAtMostOnceAndThenLeavesNothingStale(@ForAll("deeds") List<Deed> deeds) {
        Map<EpisodeId, EpisodeOutcome> outcomes = new HashMap<>();
        HostState end = fold(history(deeds), (books, told, changes) -> {
            for (Episode episode : episodes(changes)) {
                EpisodeOutcome before = outcomes.put(episode.id(), episode.outcome());
                assertThat(before).as("%s", episode).isIn(null, EpisodeOutcome.OPEN);
            }
            assertThat(books.mappings())
                    .noneMatch(mapping -> mapping.episode()
                            .map(outcomes::get)
                            .filter(outcome -> outcome != EpisodeOutcome.OPEN)
                            .isPresent());
        });
        outcomes.values().removeIf(outcome -> outcome != EpisodeOutcome.OPEN);
        assertThat(end.openEpisodes()).extracting(Episode::id).containsExactlyInAnyOrderElementsOf(outcomes.keySet());
    }

    @Property(tries = 200)
    void theBytesThatTheKernelRemovedAreThoseOfTheMappingsThatEndedByIt(@ForAll("deeds") List<Deed> deeds) {
        long[] removed = new long[2];
        fold(history(deeds), (books, told, changes) -> {
            if (told.recorded().fact() instanceof Unmapped unmapped) {
                removed[0] += unmapped.unmappedBytes();
            }
            mappings(changes)
                    .filter(mapping -> mapping.cause() == Cause.UNMAPPED || mapping.cause() == Cause.DROPPED_BY_POLICY)
                    .forEach(mapping -> removed[1] += mapping.iova().size());
        });
        assertThat(removed[1]).isEqualTo(removed[0]);
    }

    @Property(tries = 200)
    void aFactThatComesTwiceChangesNothing(@ForAll("deeds") List<Deed> deeds) {
        List<ToyHost.Told> once = history(deeds);
        HostState twice = new HostState(Story.HOST);
        for (ToyHost.Told told : once) {
            twice.evolve(told.stream(), told.recorded());
            assertThat(twice.evolve(told.stream(), told.recorded())).isEmpty();
        }
        assertThat(standing(twice)).isEqualTo(standing(fold(once, (books, told, changes) -> {})));
    }

    @Property(tries = 200)
    void aHistoryThatComesAllOverAgainChangesNothing(@ForAll("deeds") List<Deed> deeds) {
        List<ToyHost.Told> once = history(deeds);
        HostState books = fold(once, (now, told, changes) -> {});
        List<Object> before = standing(books);
        for (ToyHost.Told told : once) {
            assertThat(books.evolve(told.stream(), told.recorded())).isEmpty();
        }
        assertThat(standing(books)).isEqualTo(before);
    }

    @Property(tries = 200)
    void effectiveTimeNeverGoesBackThoughTheWallClockDoes(@ForAll("deeds") List<Deed> deeds) {
        long[] before = {Long.MIN_VALUE};
        fold(history(deeds), (books, told, changes) -> {
            assertThat(books.effectiveNanos()).isGreaterThanOrEqualTo(before[0]);
            assertThat(books.effectiveNanos())
                    .isGreaterThanOrEqualTo(told.recorded().stamp().wallNanos());
            before[0] = books.effectiveNanos();
        });
    }

    /** Facts of three epochs that come in between each other; most in order, some twice, some lost. */
    @Provide
    Arbitrary<List<ToyHost.Told>> anything() {
        Arbitrary<Integer> steps = Arbitraries.frequency(Tuple.of(8, 1), Tuple.of(1, 0), Tuple.of(1, 2));
        return Combinators.combine(
                        Arbitraries.longs().between(1, 3),
                        steps,
                        Arbitraries.longs().between(-5, 5),
                        AnyValue.of(Fact.class))
                .as((epoch, step, nanos, fact) -> new ToyHost.Told(
                        new StreamId(Story.HOST, epoch),
                        new RecordedFact(new Stamp(step, nanos, nanos, Optional.empty()), fact)))
                .list()
                .ofMaxSize(100)
                .map(FoldPropertiesTest::numbered);
    }

    private static List<ToyHost.Told> numbered(List<ToyHost.Told> steps) {
        Map<StreamId, Long> last = new HashMap<>();
        List<ToyHost.Told> numbered = new ArrayList<>();
        for (ToyHost.Told told : steps) {
            Stamp step = told.recorded().stamp();
            long sequence = last.merge(told.stream(), step.sequence(), Long::sum);
            Stamp stamp = new Stamp(sequence, step.wallNanos(), step.monotonicNanos(), step.operation());
            numbered.add(new ToyHost.Told(
                    told.stream(), new RecordedFact(stamp, told.recorded().fact())));
        }
        return numbered;
    }

    @Property(tries = 500)
    void noFactIsEverRefusedHoweverLittleItFits(@ForAll("anything") List<ToyHost.Told> facts) {
        assertThatCode(() -> fold(facts, (books, told, changes) -> {})).doesNotThrowAnyException();
    }

    private static List<Object> standing(HostState books) {
        return List.of(
                books.epoch(),
                books.effectiveNanos(),
                books.devices(),
                books.contexts(),
                books.mappings(),
                books.openEpisodes());
    }

    private static boolean stands(@Nullable MappingState state) {
        return state != null && state != MappingState.REQUESTED && !state.terminal();
    }

    private static PciAddress exporter(Mapping mapping) {
        return ((Backing.BarRange) mapping.backing()).exporter();
    }

    private static Stream<Mapping> mappings(List<Change> changes) {
        return changes.stream()
                .filter(Change.MappingChanged.class::isInstance)
                .map(change -> ((Change.MappingChanged) change).now());
    }

    private static List<Episode> episodes(List<Change> changes) {
        return changes.stream()
                .filter(Change.EpisodeChanged.class::isInstance)
                .map(change -> ((Change.EpisodeChanged) change).now())
                .toList();
    }
}

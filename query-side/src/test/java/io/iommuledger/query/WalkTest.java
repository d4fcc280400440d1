package io.iommuledger.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.Logged;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.Scope;
import io.iommuledger.lifecycle.replay.History;
import io.iommuledger.lifecycle.replay.HostCheckpoint;
import io.iommuledger.lifecycle.replay.Playhead;
import io.iommuledger.lifecycle.replay.Standing;
import io.iommuledger.lifecycle.replay.Taken;
import io.iommuledger.lifecycle.replay.World;
import io.iommuledger.protocol.CheckpointDecoder;
import io.iommuledger.protocol.CheckpointEncoder;
import io.iommuledger.protocol.Sha256;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** However one comes to a place, everybody sees the same there. */
class WalkTest {
    private static final int FACTS = 900;
    private static final int MOVES = 60;
    private static final int MOST_KEPT = 250_000;

    /** What stands at each position after a straight fold. */
    private record Straight(
            TreeMap<Long, String> hashes, TreeMap<Long, List<Standing>> zombies, TreeSet<Long> episodes) {
        void put(long position, World world) {
            hashes.put(position, world.hash());
            zombies.put(position, world.zombies());
        }
    }

    @Property(tries = 25)
    void everyWayToAPlaceGivesTheHashOfTheStraightWay(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Logged> log = log(seed, random);
        long to = log.getLast().position();
        Scope scope = scope(random);
        Straight straight = straight(log, scope, Optional.empty(), 0);
        long from = random.nextLong(to);
        walk(
                Playhead.at(history(log, random), world(scope), Optional.empty(), from, to, MOST_KEPT),
                from,
                to,
                straight,
                random);
        assertThat(new TreeSet<>(straight.hashes().values()).size())
                .as("facts leave a trace")
                .isGreaterThan(straight.hashes().size() / 2);
    }

    @Property(tries = 10)
    void soDoesItUnderOtherPoliciesFromTheSamePlaceOn(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Logged> log = log(seed, random);
        long to = log.getLast().position();
        long from = random.nextLong(to);
        Optional<Policies> policies = Optional.of(random.nextBoolean() ? Policies.DEFAULT : Policies.KERNEL);
        Straight straight = straight(log, Scope.ALL, policies, from);
        walk(
                Playhead.at(history(log, random), world(Scope.ALL), policies, from, to, MOST_KEPT),
                from,
                to,
                straight,
                random);
    }

    @Property(tries = 25)
    void soDoesItFromAFoldThatWasKeptAsBytes(@ForAll long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        List<Logged> log = log(seed, random);
        long to = log.getLast().position();
        Scope scope = scope(random);
        Straight straight = straight(log, scope, Optional.empty(), 0);
        long from = random.nextLong(to);
        World before = world(scope);
        log.stream().filter(logged -> logged.position() <= from).forEach(before::take);
        CheckpointDecoder kept = new CheckpointDecoder();
        CheckpointEncoder encoder = new CheckpointEncoder(kept::take);
        for (HostCheckpoint host : before.checkpoint()) {
            encoder.put(host);
        }
        World world = World.resumed(scope, Sha256::hex, kept.hosts());
        assertThat(world.text()).isEqualTo(before.text());
        History whole = history(log, random);
        History later = (after, upTo) ->
                after < from ? new History.Part(List.of(), Math.min(from, upTo)) : whole.after(after, upTo);
        walk(Playhead.at(later, world, Optional.empty(), from, to, MOST_KEPT), from, to, straight, random);
    }

    /** It seeks a place behind a checkpoint, with nothing between the two. */
    @Example
    void aPlaceWhereACheckpointStandsIsFound() {
        soDoesItUnderOtherPoliciesFromTheSamePlaceOn(27);
    }

    private static void walk(Playhead head, long from, long to, Straight straight, SplittableRandom random) {
        for (int move = 0; move < MOVES; move++) {
            long before = head.position();
            switch (random.nextInt(6)) {
                case 0 -> head.forward();
                case 1 -> head.back();
                case 2 -> {
                    head.toNextEpisode();
                    Long next = straight.episodes().higher(before);
                    assertThat(head.position()).isEqualTo(next == null ? Math.max(before, last(straight, to)) : next);
                }
                case 3 -> {
                    head.toPreviousEpisode();
                    Long previous = straight.episodes().lower(before);
                    assertThat(head.position()).isEqualTo(previous == null || previous <= from ? from : previous);
                }
                default -> {
                    long target = from + random.nextLong(to - from + 1);
                    head.seek(target);
                    assertThat(head.position()).isEqualTo(Math.max(from, last(straight, target)));
                }
            }
            assertThat(head.world().hash())
                    .isEqualTo(straight.hashes().floorEntry(head.position()).getValue());
            assertThat(head.world().zombies())
                    .as("since when they are, which no hash has in it")
                    .isEqualTo(straight.zombies().floorEntry(head.position()).getValue());
            assertThat(head.last().isPresent()).isEqualTo(head.position() > from);
        }
    }

    private static long last(Straight straight, long position) {
        return straight.hashes().floorKey(position);
    }

    private static World world(Scope scope) {
        return new World(scope, Sha256::hex);
    }

    private static Scope scope(SplittableRandom random) {
        TreeSet<HostId> one = new TreeSet<>(List.of(new HostId("left")));
        return switch (random.nextInt(4)) {
            case 0 -> new Scope(one, Optional.of(new ContextId(1, 1)), Optional.empty());
            case 1 -> new Scope(one, Optional.empty(), Optional.of(Facts.EXPORTER));
            case 2 -> new Scope(one, Optional.empty(), Optional.empty());
            default -> Scope.ALL;
        };
    }

    /** Two hosts whose facts come in turns, in a log that has other records as well. */
    private static List<Logged> log(long seed, SplittableRandom random) {
        List<RandomHistory.Told> left = RandomHistory.of("left", seed, FACTS);
        List<RandomHistory.Told> right = RandomHistory.of("right", seed + 1, FACTS / 3);
        List<Logged> log = new ArrayList<>();
        long position = 1;
        int ofLeft = 0;
        int ofRight = 0;
        while (ofLeft < left.size() || ofRight < right.size()) {
            position += random.nextInt(5) == 0 ? 2 : 1;
            boolean takeLeft = ofRight == right.size() || (ofLeft < left.size() && random.nextInt(4) > 0);
            RandomHistory.Told told = takeLeft ? left.get(ofLeft++) : right.get(ofRight++);
            boolean understood = random.nextInt(200) > 0;
            log.add(new Logged(position, told.stream(), understood ? Optional.of(told.recorded()) : Optional.empty()));
        }
        return log;
    }

    private static History history(List<Logged> log, SplittableRandom random) {
        int window = 1 + random.nextInt(300);
        return (after, upTo) -> {
            long reached = Math.min(upTo, after + window);
            return new History.Part(
                    log.stream()
                            .filter(one -> one.position() > after && one.position() <= reached)
                            .toList(),
                    reached);
        };
    }

    private static Straight straight(List<Logged> log, Scope scope, Optional<Policies> policies, long from) {
        World world = world(scope);
        boolean supposed = policies.isEmpty();
        Straight straight = new Straight(new TreeMap<>(), new TreeMap<>(), new TreeSet<>());
        straight.put(0, world);
        for (Logged logged : log) {
            if (!supposed && logged.position() > from) {
                world.suppose(policies.orElseThrow());
                straight.put(from, world);
                supposed = true;
            }
            Optional<Taken> taken = world.take(logged);
            if (taken.isPresent()) {
                straight.put(logged.position(), world);
                if (taken.get().ofEpisode()) {
                    straight.episodes().add(logged.position());
                }
            }
        }
        return straight;
    }
}

package io.iommuledger.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.host.Change;
import io.iommuledger.lifecycle.host.Epoch;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Exposure;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.query.projection.AllRows;
import io.iommuledger.query.projection.Rebuilds;
import io.iommuledger.web.Times;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** For random histories: what is said of any place in them is what the fold makes of the facts up to there, for ever. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class TimeTravelTest {
    private static final int FACTS = 360;
    private static final int CHUNKS = 4;
    private static final int PLACES = 16;
    private static final String ALL = "0-0xffffffffffffffff";

    private final Rest rest;
    private final Log log;
    private final Rebuilds rebuilds;

    TimeTravelTest(@Autowired Log log, @Autowired Rebuilds rebuilds, @LocalServerPort int port) {
        this.rest = new Rest(port);
        this.log = log;
        this.rebuilds = rebuilds;
    }

    /** A fact where it is stored, with its effective time. */
    private record Stored(RandomHistory.Told told, long position, long nanos) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void everyAnswerIsTheFoldOfTheFactsUpToThere(long seed) {
        String host = "random" + seed;
        SplittableRandom random = new SplittableRandom(seed);
        List<RandomHistory.Told> history = RandomHistory.of(host, seed, FACTS);
        List<Stored> stored = new ArrayList<>();
        Map<String, String> pinned = new LinkedHashMap<>();
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            append(history.subList(chunk * FACTS / CHUNKS, (chunk + 1) * FACTS / CHUNKS), stored);
            rest.await(stored.getLast().position());
            for (String path : paths(host)) {
                pin(path, pinned);
                pin(path + (path.contains("?") ? "&" : "?") + "at=" + instant(stored, random), pinned);
            }
        }
        for (int place = 0; place < PLACES; place++) {
            long position = stored.get(random.nextInt(stored.size())).position();
            holds(host, stored, position, OptionalLong.empty());
            holds(
                    host,
                    stored,
                    position,
                    OptionalLong.of(stored.get(random.nextInt(stored.size())).nanos() - random.nextInt(2)));
            differs(
                    host,
                    stored,
                    position,
                    stored.get(random.nextInt(stored.size())).position());
        }
        pinned.forEach((path, text) -> assertThat(rest.text(path)).as(path).isEqualTo(text));
        AllRows.makeAnew(rebuilds);
        rest.await(stored.getLast().position());
        pinned.forEach((path, text) -> assertThat(rest.text(path)).as(path).isEqualTo(text));
    }

    private static String instant(List<Stored> stored, SplittableRandom random) {
        return Times.rfc3339(stored.get(random.nextInt(stored.size())).nanos());
    }

    private static List<String> paths(String host) {
        return List.of(
                "hosts/" + host + "/devices",
                "hosts/" + host + "/contexts",
                "hosts/" + host + "/contexts?state=all",
                "hosts/" + host + "/contexts/1-1/mappings?state=all",
                "hosts/" + host + "/contexts/1-1/history?iova=" + ALL,
                "hosts/" + host + "/devices/0000:3b:00.0/history",
                "hosts/" + host + "/policies",
                "hosts/" + host + "/regions",
                "hosts/" + host + "/findings",
                "hosts/" + host + "/faults",
                "hosts/" + host + "/p2p",
                "hosts/" + host + "/diff?from=0",
                "mappings?limit=3&iova=" + ALL,
                "zombies",
                "zombies?ever=true",
                "resets",
                "hosts");
    }

    /** Remembers an answer by the link that it gives to itself. */
    private void pin(String path, Map<String, String> pinned) {
        Rest.Answer answer = rest.get(path);
        if (answer.status() == 404) {
            assertThat(path)
                    .as("only an instant may be before a host's or context's first fact")
                    .contains("at=");
            return;
        }
        String link = Rest.pinned(rest.ok(path));
        pinned.putIfAbsent(link, rest.text(link));
    }

    private void append(List<RandomHistory.Told> facts, List<Stored> stored) {
        for (RandomHistory.Told told : facts) {
            long position = log.agent(
                            told.stream().host().value(), told.stream().epoch())
                    .append(told.recorded());
            long before = stored.isEmpty() ? Long.MIN_VALUE : stored.getLast().nanos();
            stored.add(new Stored(
                    told, position, Math.max(before, told.recorded().stamp().wallNanos())));
        }
    }

    private static HostState fold(String host, List<Stored> stored, long known, long nanos) {
        HostState books = new HostState(new HostId(host));
        stored.stream()
                .filter(fact -> fact.position() <= known && fact.nanos() <= nanos)
                .forEach(fact -> books.evolve(fact.told().stream(), fact.told().recorded()));
        return books;
    }

    /** Of each mapping every period in which it exposed something, by its beginning, as the facts up to there tell of it. */
    private static Map<MappingId, Map<Long, Exposure>> exposures(
            String host, List<Stored> stored, long known, long nanos) {
        HostState books = new HostState(new HostId(host));
        Map<MappingId, Map<Long, Exposure>> exposures = new HashMap<>();
        for (Stored fact : stored) {
            if (fact.position() <= known && fact.nanos() <= nanos) {
                Map<MappingId, Mapping> changed = new HashMap<>();
                for (Change change :
                        books.evolve(fact.told().stream(), fact.told().recorded())) {
                    if (change instanceof Change.MappingChanged(Mapping mapping)) {
                        changed.put(mapping.id(), mapping);
                    }
                }
                changed.forEach((id, mapping) -> mapping.exposure()
                        .ifPresent(exposure -> exposures
                                .computeIfAbsent(id, fresh -> new TreeMap<>())
                                .put(exposure.beganNotBefore(), exposure)));
            }
        }
        return exposures;
    }

    /** Every interval of every mapping says of its exposure what the mapping says of it in the end. */
    private void exposed(String host, List<Stored> stored, long known, long nanos, String at) {
        exposures(host, stored, known, nanos).forEach((id, exposures) -> {
            JsonNode history = rest.ok("mappings/" + id + "/history?" + at);
            assertThat(InWords.exposures(history.path("mapping").path("exposures")))
                    .as("%s %s", id, at)
                    .isEqualTo(InWords.exposures(exposures));
            assertThat(history.path("intervals")
                            .valueStream()
                            .filter(interval -> interval.has("exposure"))
                            .map(interval -> interval.path("exposure").toString())
                            .distinct())
                    .as("%s %s", id, at)
                    .hasSizeLessThanOrEqualTo(exposures.size());
        });
    }

    private void holds(String host, List<Stored> stored, long known, OptionalLong nanos) {
        HostState books = fold(host, stored, known, nanos.orElse(Long.MAX_VALUE));
        String at = nanos.isPresent() ? "at=" + Times.rfc3339(nanos.getAsLong()) + "&known=" + known : "at=" + known;
        String of = "hosts/" + host + "/";
        Optional<Epoch> epoch = books.epoch();
        if (epoch.isEmpty()) {
            assertThat(rest.get(of + "devices?" + at).status()).as(at).isEqualTo(404);
            return;
        }
        assertThat(each(rest.ok("mappings?host=" + host + "&iova=" + ALL + "&" + at), "mappings", InWords::mapping))
                .as("mappings %s", at)
                .containsExactlyInAnyOrderElementsOf(
                        books.mappings().stream().map(InWords::mapping).toList());
        IovaRange range = IovaRange.ofSize(Long.MAX_VALUE - 0x2000 + 1, 0x3000);
        String text = IovaRange.hex(range.start()) + "-" + IovaRange.hex(range.last());
        assertThat(each(rest.ok("mappings?iova=" + text + "&host=" + host + "&" + at), "mappings", InWords::mapping))
                .as("mappings of %s, %s", text, at)
                .containsExactlyInAnyOrderElementsOf(books.mappings().stream()
                        .filter(mapping -> mapping.iova().overlaps(range))
                        .map(InWords::mapping)
                        .toList());
        assertThat(each(rest.ok("zombies?host=" + host + "&" + at), "zombies", InWords::zombie))
                .as("zombies %s", at)
                .containsExactlyInAnyOrderElementsOf(books.mappings().stream()
                        .filter(Mapping::zombie)
                        .map(mapping -> InWords.zombie(books, mapping))
                        .toList());
        assertThat(each(rest.ok(of + "devices?" + at), "devices", InWords::device))
                .as("devices %s", at)
                .isEqualTo(books.devices().stream().map(InWords::device).toList());
        long newest = epoch.get().stream().epoch();
        assertThat(each(
                                rest.ok(of + "contexts?" + at),
                                "contexts",
                                context -> context.path("id").asString() + context.path("groups") + " "
                                        + context.path("mappings"))
                        .stream()
                        .filter(context -> context.startsWith(newest + "-")))
                .as("contexts %s", at)
                .isEqualTo(books.contexts().stream()
                        .map(context -> InWords.context(books, context))
                        .toList());
        assertThat(each(
                        rest.ok(of + "regions?" + at),
                        "regions",
                        region -> region.path("name").asString()))
                .as("regions %s", at)
                .isEqualTo(
                        epoch.get().state() == Epoch.State.RUNNING
                                ? books.regions().stream()
                                        .map(region -> region.name())
                                        .toList()
                                : List.of());
        assertThat(each(
                        rest.ok("resets?open=true&host=" + host + "&" + at),
                        "resets",
                        reset -> reset.path("id").asString()))
                .as("resets %s", at)
                .containsExactlyInAnyOrderElementsOf(books.openEpisodes().stream()
                        .map(episode -> episode.id().toString())
                        .toList());
        JsonNode policies = rest.ok(of + "policies?" + at);
        assertThat(policies.path("mmio").asString())
                .isEqualToIgnoringCase(epoch.get().policies().mmio().name());
        assertThat(policies.path("tainted").booleanValue())
                .isEqualTo(epoch.get().tainted());
        assertThat(each(
                        rest.ok(of + "p2p?" + at),
                        "edges",
                        edge -> edge.path("importer").asString() + " "
                                + edge.path("exporter").asString() + " "
                                + edge.path("context").asString() + " "
                                + edge.path("mappings")))
                .as("p2p %s", at)
                .containsExactlyInAnyOrderElementsOf(InWords.edges(books));
        exposed(host, stored, known, nanos.orElse(Long.MAX_VALUE), at);
    }

    private void differs(String host, List<Stored> stored, long from, long to) {
        Map<MappingId, Mapping> before = mappings(fold(host, stored, from, Long.MAX_VALUE));
        Map<MappingId, Mapping> after = mappings(fold(host, stored, to, Long.MAX_VALUE));
        List<String> expected = new ArrayList<>();
        after.forEach((id, now) -> {
            Mapping then = before.get(id);
            if (then == null) {
                expected.add(id + " added " + now.zombie() + " false");
            } else if (then.state() != now.state() || then.access() != now.access() || then.source() != now.source()) {
                expected.add(
                        id + " changed " + (now.zombie() && !then.zombie()) + " " + (then.zombie() && !now.zombie()));
            }
        });
        before.forEach((id, then) -> {
            if (!after.containsKey(id)) {
                expected.add(id + " removed false " + then.zombie());
            }
        });
        long early = Math.min(from, to);
        long late = Math.max(from, to);
        if (from == early) {
            assertThat(each(
                            rest.ok("hosts/" + host + "/diff?from=" + early + "&at=" + late),
                            "changes",
                            change -> change.path("mapping").asString() + " "
                                    + change.path("kind").asString() + " " + change.path("becameZombie") + " "
                                    + change.path("ceasedZombie")))
                    .as("from %d to %d", from, to)
                    .containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    private static Map<MappingId, Mapping> mappings(HostState books) {
        return books.mappings().stream().collect(Collectors.toMap(Mapping::id, mapping -> mapping));
    }

    private static List<String> each(JsonNode answer, String list, Function<JsonNode, String> form) {
        assertThat(answer.path("truncated").booleanValue()).isFalse();
        return answer.path(list).valueStream().map(form).toList();
    }
}

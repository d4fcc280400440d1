package io.iommuledger.query.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.query.Log;
import io.iommuledger.query.RandomHistory;
import io.iommuledger.query.Rest;
import io.iommuledger.query.live.StreamClient.Told;
import io.iommuledger.query.projection.AllRows;
import io.iommuledger.query.projection.Rebuilds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What {@code GET zombies/stream} says is what has changed between {@code GET zombies?at=} of one position and the next. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class ZombieStreamTest {
    private static final int FACTS = 240;

    private final Rest rest;
    private final Log log;
    private final Rebuilds rebuilds;
    private final int port;

    ZombieStreamTest(@Autowired Log log, @Autowired Rebuilds rebuilds, @LocalServerPort int port) {
        this.rebuilds = rebuilds;
        this.rest = new Rest(port);
        this.log = log;
        this.port = port;
    }

    /** A message, without what only a message has. */
    private record Change(long position, String type, String mapping, JsonNode mappingAsItStands) {}

    @ParameterizedTest
    @CsvSource({"11,''", "12,&exposes=true", "13,&device=0000:af:00.0", "14,&device=0000:3b:00.0&exposes=false"})
    void tellsWhatPollingWouldFind(long seed, String filter) throws Exception {
        String host = "haunted" + seed;
        List<RandomHistory.Told> history = RandomHistory.of(host, seed, FACTS);
        List<Long> positions = new ArrayList<>();
        append(history.subList(0, FACTS / 2), positions);
        String query = "zombies/stream?host=" + host + filter + "&after=" + (positions.getFirst() - 1);
        List<Change> told = new ArrayList<>();
        try (StreamClient client = StreamClient.follow(port, query)) {
            AllRows.makeAnew(rebuilds);
            append(history.subList(FACTS / 2, FACTS), positions);
            AllRows.makeAnew(rebuilds);
            for (Told message : client.upTo(positions.getLast())) {
                told.add(change(message));
            }
        }
        List<Change> polled = polled(host, filter, positions);
        assertThat(polled).extracting(Change::type).contains("zombie.began", "zombie.ended");
        assertThat(told).containsExactlyElementsOf(polled);
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 15})
    void goesOnBetweenTheMessagesOfOnePosition(long seed) throws Exception {
        String host = "again" + seed;
        List<Long> positions = new ArrayList<>();
        append(RandomHistory.of(host, seed, FACTS), positions);
        String query = "zombies/stream?host=" + host + "&after=" + (positions.getFirst() - 1);
        List<Told> whole;
        try (StreamClient client = StreamClient.follow(port, query)) {
            whole = client.upTo(positions.getLast());
        }
        for (int i = 0; i + 1 < whole.size(); i += 3) {
            try (StreamClient client =
                    StreamClient.goOn(port, query, whole.get(i).id())) {
                assertThat(client.take(1)).containsExactly(whole.get(i + 1));
            }
        }
        assertThat(whole).extracting(Told::id).doesNotHaveDuplicates();
    }

    private void append(List<RandomHistory.Told> facts, List<Long> positions) {
        for (RandomHistory.Told told : facts) {
            positions.add(log.agent(told.stream().host().value(), told.stream().epoch())
                    .append(told.recorded()));
        }
    }

    private static Change change(Told message) {
        JsonNode event = message.event();
        assertThat(message.id()).startsWith(message.position() + ".");
        return new Change(
                message.position(),
                event.path("type").asString(),
                event.path("subject").asString(),
                event.path("data"));
    }

    private List<Change> polled(String host, String filter, List<Long> positions) {
        rest.await(positions.getLast());
        List<Change> changes = new ArrayList<>();
        Map<String, JsonNode> before = Map.of();
        for (long position : positions) {
            Map<String, JsonNode> now = new LinkedHashMap<>();
            for (JsonNode zombie :
                    rest.ok("zombies?host=" + host + filter + "&at=" + position).path("zombies")) {
                now.put(zombie.path("id").asString(), zombie);
            }
            changes.addAll(between(position, before, now));
            before = now;
        }
        return changes;
    }

    private List<Change> between(long position, Map<String, JsonNode> before, Map<String, JsonNode> now) {
        List<Change> changes = new ArrayList<>();
        now.forEach((id, zombie) -> {
            if (!before.containsKey(id)) {
                changes.add(new Change(position, "zombie.began", id, zombie));
            } else if (zombie.path("sincePosition").asLong() == position) {
                changes.add(new Change(position, "zombie.changed", id, zombie));
            }
        });
        for (String id : before.keySet()) {
            if (!now.containsKey(id)) {
                // Of a single mapping alone an answer has all its exposures.
                ObjectNode mapping = (ObjectNode)
                        rest.ok("mappings/" + id + "?at=" + position).path("mapping");
                mapping.remove("exposures");
                changes.add(new Change(position, "zombie.ended", id, mapping));
            }
        }
        changes.sort(Comparator.comparing(
                change -> MappingId.parse(change.mapping()),
                Comparator.comparingLong(MappingId::epoch).thenComparingLong(MappingId::number)));
        return changes;
    }
}

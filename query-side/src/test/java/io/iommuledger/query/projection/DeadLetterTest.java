package io.iommuledger.query.projection;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.fact.DeviceDiscovered;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.UnmapReason;
import io.iommuledger.lifecycle.fact.UnmapRequested;
import io.iommuledger.lifecycle.fact.Unmapped;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.OperationRequested;
import io.iommuledger.query.Facts;
import io.iommuledger.query.Log;
import io.iommuledger.query.Rest;
import io.iommuledger.query.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** What cannot be taken is left out with all that follows it on its host, is said to be missing, and can be tried again. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"ledger.test.database=letters", "ledger.retry.longest=PT0S"})
class DeadLetterTest {
    private static final IovaRange IOVA = IovaRange.ofSize(0x10_0000, 0x1000);
    private static final List<String> SETS = List.of("public", "projection_b");

    private final Rest rest;
    private final Log log;
    private final JdbcClient jdbc;
    private final TestDatabase database;
    private final Rebuilds rebuilds;

    DeadLetterTest(
            @Autowired Log log,
            @Autowired JdbcClient jdbc,
            @Autowired TestDatabase database,
            @Autowired Rebuilds rebuilds,
            @LocalServerPort int port) {
        this.rest = new Rest(port);
        this.log = log;
        this.jdbc = jdbc;
        this.database = database;
        this.rebuilds = rebuilds;
    }

    @Test
    void aHostWaitsBehindWhatCannotBeTakenAndTheOthersGoOn() throws SQLException {
        Log.Agent sick = log.agent("sick", 1);
        Log.Agent well = log.agent("well", 1);
        Facts.prepare(sick, Facts.BOOT);
        Facts.prepare(well, Facts.BOOT);
        long sound = Facts.mapBar(sick, 1, IOVA);
        rest.await(sound);
        String before = rest.text("mappings?host=sick&iova=0-0xffffffffffffffff&at=" + sound);
        constrain("sick");
        long poison = Facts.mapBar(sick, 2, IovaRange.ofSize(0x20_0000, 0x1000)) - 1;
        Facts.mapBar(well, 1, IOVA);
        long end = sick.append(
                new UnmapRequested(1, IOVA, UnmapReason.OWNER, OptionalLong.empty()),
                new Unmapped(sick.next(), 1, IOVA, IOVA.size()));
        rest.await(end);
        assertThat(state("well.1-1")).isEqualTo("ACTIVE");
        assertThat(state("sick.1-1")).as("its end waits").isEqualTo("ACTIVE");
        assertThat(rest.get("mappings/sick.1-2").status()).isEqualTo(404);

        JsonNode letter = letter("sick");
        assertThat(letter.path("position").longValue()).isEqualTo(poison);
        assertThat(letter.path("type").asString()).isEqualTo("mapping.map-requested");
        String reason = "the database refused a row: constraint sick_constraint of mapping_interval, SQLSTATE 23514";
        assertThat(letter.path("reason").asString()).isEqualTo(reason);
        assertThat(letter.path("events").intValue()).isEqualTo(4);
        assertThat(rest.ok("projection").path("parked").intValue()).isGreaterThanOrEqualTo(4);

        JsonNode completeness = rest.ok("hosts/sick/devices").path("completeness");
        assertThat(completeness.path("state").asString()).isEqualTo("gap");
        assertThat(completeness.path("missing").intValue()).isEqualTo(4);
        JsonNode gap = completeness.path("gaps").path(0);
        assertThat(gap.path("cause").asString()).isEqualTo("PARKED");
        assertThat(gap.path("why").asString()).isEqualTo(reason);
        assertThat(rest.ok("zombies").path("completeness").path("gaps").toString())
                .contains("\"host\":\"sick\"");
        assertThat(rest.ok("hosts/sick/devices?at=" + poison)
                        .path("completeness")
                        .path("missing")
                        .intValue())
                .isEqualTo(1);
        for (String other : List.of("hosts/well/devices", "zombies?host=well", "resets?host=well")) {
            assertThat(rest.ok(other).path("completeness").path("gaps"))
                    .as(other)
                    .isEmpty();
        }
        assertThat(rest.ok("zombies?host=sick")
                        .path("completeness")
                        .path("missing")
                        .intValue())
                .isEqualTo(4);
        JsonNode whatIf = rest.send("POST", "what-if", "{\"scope\":{\"host\":\"sick\"},\"policy\":{}}")
                .body();
        assertThat(whatIf.path("to").longValue()).isGreaterThanOrEqualTo(end);
        assertThat(whatIf.path("completeness").path("gaps"))
                .as("it folds them from the log")
                .isEmpty();
        assertThat(rest.text("mappings?host=sick&iova=0-0xffffffffffffffff&at=" + sound))
                .as("what was before it is not concerned")
                .isEqualTo(before);

        JsonNode again = rest.send("POST", "dead-letters/sick/retries", "").body();
        assertThat(again.path("taken").intValue()).isZero();
        assertThat(again.path("left").intValue()).isEqualTo(4);
        assertThat(again.path("reason").asString()).isEqualTo(reason);
        assertThat(letter("sick").path("tries").intValue()).isEqualTo(2);

        release("sick");
        JsonNode healed = rest.send("POST", "dead-letters/sick/retries", "").body();
        assertThat(healed.path("taken").intValue()).isEqualTo(4);
        assertThat(healed.path("left").intValue()).isZero();
        assertThat(healed.has("reason")).isFalse();
        assertThat(rest.send("POST", "dead-letters/sick/retries", "").status()).isEqualTo(404);
        assertThat(rest.send("POST", "dead-letters/-x/retries", "").status()).isEqualTo(404);
        assertThat(state("sick.1-1")).isEqualTo("UNMAPPED");
        assertThat(state("sick.1-2")).isEqualTo("ACTIVE");
        assertThat(rest.ok("hosts/sick/devices").path("completeness").path("gaps"))
                .isEmpty();
        rest.await(Facts.mapBar(sick, 3, IovaRange.ofSize(0x30_0000, 0x1000)));
        assertThat(state("sick.1-3")).isEqualTo("ACTIVE");
        sameWhenMadeAnew();
    }

    @Test
    void manyAreTakenAndSoAreAllBeforeTheFirstThatCannotBe() throws SQLException {
        int many = 1_500;
        Log.Agent agent = log.agent("crowded", 1);
        Facts.prepare(agent, Facts.BOOT);
        constrain("crowded");
        long sound = Facts.mapMemory(agent, many + 1, IovaRange.ofSize(0x1000, 0x1000));
        List<Fact> facts = new ArrayList<>();
        for (int number = 2; number <= many; number++) {
            IovaRange page = IovaRange.ofSize((long) number << 20, 0x1000);
            facts.add(new MapRequested(number, 1, page, DmaAccess.READ, new Backing.Memory(0x7f00_0000_0000L)));
            facts.add(new Mapped(agent.next() + facts.size() - 1, number));
        }
        rest.await(agent.append(facts.toArray(Fact[]::new)));
        assertThat(state("crowded.1-" + (many + 1))).isEqualTo("ACTIVE");
        assertThat(letter("crowded").path("position").longValue()).isEqualTo(sound + 1);
        assertThat(letter("crowded").path("events").intValue()).isEqualTo(facts.size());
        release("crowded");
        JsonNode first = rest.send("POST", "dead-letters/crowded/retries", "").body();
        assertThat(first.path("taken").intValue()).as("its time is over").isEqualTo(1_000);
        assertThat(first.path("left").intValue()).isEqualTo(facts.size() - 1_000);
        assertThat(first.path("reason").asString()).isEqualTo("it waits to be tried again");
        rest.send("POST", "dead-letters/crowded/retries", "");
        JsonNode last = rest.send("POST", "dead-letters/crowded/retries", "").body();
        assertThat(last.path("left").intValue()).isZero();
        assertThat(state("crowded.1-" + many)).isEqualTo("ACTIVE");
    }

    @Test
    void aRebuildTakesWhatCanBeTakenNowAndParksTheRestAgain() throws SQLException {
        Log.Agent healed = log.agent("healed", 1);
        Log.Agent ill = log.agent("ill", 1);
        Facts.prepare(healed, Facts.BOOT);
        Facts.prepare(ill, Facts.BOOT);
        constrain("healed");
        Facts.mapBar(healed, 2, IOVA);
        long end = ill.append(new DeviceDiscovered(
                Facts.EXPORTER, Facts.EXPORTER_GROUP, 1, 1, 1, "no\0driver", List.of("flr"), List.of()));
        rest.await(end);
        assertThat(letter("healed").path("events").intValue()).isEqualTo(2);
        assertThat(letter("ill").path("reason").asString()).isEqualTo("the database refused a row: SQLSTATE 22021");
        release("healed");
        AllRows.makeAnew(rebuilds);
        assertThat(ids()).contains("ill").doesNotContain("healed");
        assertThat(state("healed.1-2")).isEqualTo("ACTIVE");
        assertThat(rest.ok("hosts/ill/devices")
                        .path("completeness")
                        .path("gaps")
                        .path(0)
                        .path("cause")
                        .asString())
                .isEqualTo("PARKED");
    }

    @Test
    void nothingIsParkedBecauseTheDatabaseGoesAway() throws Exception {
        Log.Agent agent = log.agent("cut", 1);
        Facts.prepare(agent, Facts.BOOT);
        List<Fact> facts = new ArrayList<>();
        for (int number = 1; number <= 2_000; number++) {
            IovaRange page = IovaRange.ofSize((long) number << 20, 0x1000);
            facts.add(new MapRequested(number, 1, page, DmaAccess.READ, new Backing.Memory(0x7f00_0000_0000L)));
            facts.add(new Mapped(agent.next() + 2L * (number - 1), number));
        }
        long end = agent.append(facts.toArray(Fact[]::new));
        for (int cut = 0; cut < 20; cut++) {
            database.asOwner("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    + " WHERE application_name = 'iommu-ledger' AND xact_start IS NOT NULL");
            TimeUnit.MILLISECONDS.sleep(20);
        }
        rest.await(end);
        assertThat(ids()).doesNotContain("cut");
        assertThat(state("cut.1-2000")).isEqualTo("ACTIVE");
    }

    @Test
    void whoAskedForAnOperationMayBeWhatCannotBeTaken() {
        UUID operation = new UUID(0x5151, 1);
        rest.await(log.append(new OperationRequested(
                operation, new StreamId(new HostId("asked"), 1), "no\0body", new Instruction.OpenContext(), 1)));
        JsonNode letter = letter(operation.toString());
        assertThat(letter.path("host").asString()).isEqualTo("asked");
        assertThat(letter.path("events").intValue()).isEqualTo(1);
    }

    private void constrain(String host) throws SQLException {
        for (String set : SETS) {
            database.asOwner("ALTER TABLE " + set + ".mapping_interval ADD CONSTRAINT " + host
                    + "_constraint CHECK (host <> '" + host + "' OR number <> 2)");
        }
    }

    private void release(String host) throws SQLException {
        for (String set : SETS) {
            database.asOwner("ALTER TABLE " + set + ".mapping_interval DROP CONSTRAINT " + host + "_constraint");
        }
    }

    private void sameWhenMadeAnew() {
        List<String> before = AllRows.of(jdbc);
        AllRows.makeAnew(rebuilds);
        assertThat(AllRows.of(jdbc)).containsExactlyElementsOf(before);
    }

    private String state(String mapping) {
        return rest.ok("mappings/" + mapping).path("mapping").path("state").asString();
    }

    private List<String> ids() {
        return rest.ok("dead-letters")
                .path("deadLetters")
                .valueStream()
                .map(letter -> letter.path("id").asString())
                .toList();
    }

    private JsonNode letter(String id) {
        return rest.ok("dead-letters")
                .path("deadLetters")
                .valueStream()
                .filter(letter -> letter.path("id").asString().equals(id))
                .findFirst()
                .orElseThrow();
    }
}

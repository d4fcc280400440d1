package io.iommuledger.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.iova.IovaRange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Requests that get no answer, and what they are told. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusalsTest {
    private static final String MAPPINGS = "hosts/refusing/contexts/1-1/mappings";

    private final Rest rest;
    private final Log.Agent agent;

    RefusalsTest(@Autowired Log log, @LocalServerPort int port) {
        this.rest = new Rest(port);
        this.agent = log.agent("refusing", 1);
    }

    @BeforeEach
    void prepare() {
        if (agent.next() == 0) {
            Facts.prepare(agent, Facts.BOOT);
            rest.await(Facts.mapBar(agent, 1, IovaRange.ofSize(0x1000, 0x1000)));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                MAPPINGS + "?state=sleeping | state | sleeping",
                MAPPINGS + "?iova=0xg | iova | 0xg",
                MAPPINGS + "?iova=0x2000-0x1000 | iova | 0x2000-0x1000",
                MAPPINGS + "?iova=0x10000000000000000 | iova | 0x10000000000000000",
                MAPPINGS + "?limit=10001 | limit | 10001",
                "hosts?wait=soon | wait | soon",
                "hosts/refusing/contexts/one/mappings | context | one",
                "hosts/refusing/contexts?state=some | state | some",
                "hosts/-/devices | host | -",
                "mappings/refusing/history | mapping | refusing",
                "resets?device=3b:00.0 | device | 3b:00.0",
                "resets?open=perhaps | open | perhaps",
                "events?after=-1 | after | -1",
                "events?after=x | after | x",
                "events?after=9223372036854775807 | after | 9223372036854775807",
                "events?limit=1001 | limit | 1001",
                "mappings?host=refusing | iova | ''",
                "events?type=Mapped | type | Mapped"
            })
    void namesTheFieldAndTheValueThatItRefuses(String path, String field, String value) {
        Rest.Answer answer = rest.get(path);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.type()).startsWith("application/problem+json");
        assertThat(answer.body().path("field").asString()).isEqualTo(field);
        assertThat(answer.body().path("value").asString()).isEqualTo(value);
    }

    @Test
    void namesTheNewestEventToWhoAsksForLaterOnes() {
        long newest = rest.ok("events").path("position").longValue();
        Rest.Answer later = rest.get("events?after=" + (newest + 1_000));
        assertThat(later.status()).isEqualTo(400);
        assertThat(later.body().path("position").longValue()).isGreaterThanOrEqualTo(newest);
        assertThat(later.body().path("detail").asString())
                .contains("a position from 0 to " + later.body().path("position"));
        assertThat(rest.ok("events?after=" + newest).path("next").longValue()).isGreaterThanOrEqualTo(newest);
        assertThat(rest.ok("events?after=0&limit=1")).isEqualTo(rest.ok("events?limit=1"));
    }

    @Test
    void saysThatAnExporterDoesInPlaceOfAnAddress() {
        assertThat(rest.get("mappings?host=refusing").body().path("detail").asString())
                .contains("or else a device in exporter");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hosts/nobody/devices",
                "hosts/nobody/contexts",
                "hosts/refusing/contexts/1-9/mappings",
                "mappings/refusing.1-9",
                "mappings/refusing.1-9/history",
                "zombies?host=nobody",
                "resets?host=nobody",
                "events?host=nobody"
            })
    void saysWhatItDoesNotKnow(String path) {
        Rest.Answer answer = rest.get(path);
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.body().path("type").asString()).isEqualTo("/problems/not-found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"zombies", "events"})
    void saysHowFarItIsWhenItDoesNotGetThereInTime(String path) {
        Rest.Answer answer = rest.get(path + "?wait=999999999");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.body().path("type").asString()).isEqualTo("/problems/projection-behind");
        assertThat(answer.body().path("wait").longValue()).isEqualTo(999_999_999);
        assertThat(answer.body().path("position").longValue()).isPositive();
    }
}

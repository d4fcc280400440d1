package io.iommuledger.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.fact.DeviceReleaseRequested;
import io.iommuledger.lifecycle.fact.DeviceReleased;
import io.iommuledger.lifecycle.fact.MemoryDecodingChanged;
import io.iommuledger.lifecycle.fact.MemoryDecodingRequested;
import io.iommuledger.lifecycle.fact.UnmapReason;
import io.iommuledger.lifecycle.fact.UnmapRequested;
import io.iommuledger.lifecycle.fact.Unmapped;
import io.iommuledger.lifecycle.iova.IovaRange;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** A story that is played again, and who plays it. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"ledger.query.replays=3", "ledger.query.replay-idle=PT3S"})
abstract class Replaying {
    private static final IovaRange IOVA = IovaRange.ofSize(0x1000, 0x1000);

    final Rest rest;
    private final Log log;

    Replaying(@Autowired Log log, @LocalServerPort int port) {
        this.rest = new Rest(port);
        this.log = log;
    }

    @AfterEach
    void endAll() {
        rest.ok("replays")
                .path("replays")
                .forEach(one -> rest.send("DELETE", "replays/" + one.path("id").asString(), ""));
    }

    /** A host whose exporter's memory goes off and on, is released, and whose orphan is unmapped. */
    record Story(long prepared, long mapped, long off, long on, long released, long unmapped) {}

    Story tell(String host) {
        Log.Agent agent = log.agent(host, 1);
        Facts.prepare(agent, Facts.BOOT);
        long prepared = agent.append(Facts.discovered(Facts.SIBLING, 11));
        long mapped = Facts.mapBar(agent, 1, IOVA);
        long off = agent.append(
                new MemoryDecodingRequested(1, Facts.EXPORTER, MemoryDecoding.OFF),
                new MemoryDecodingChanged(agent.next(), Facts.EXPORTER, MemoryDecoding.OFF));
        long on = agent.append(
                new MemoryDecodingRequested(2, Facts.EXPORTER, MemoryDecoding.ON),
                new MemoryDecodingChanged(agent.next(), Facts.EXPORTER, MemoryDecoding.ON));
        long released = agent.append(
                new DeviceReleaseRequested(1, Facts.EXPORTER), new DeviceReleased(agent.next(), 1, Facts.EXPORTER));
        long unmapped = agent.append(
                new UnmapRequested(1, IOVA, UnmapReason.OWNER, OptionalLong.empty()),
                new Unmapped(agent.next(), 1, IOVA, IOVA.size()));
        rest.await(unmapped);
        return new Story(prepared, mapped, off, on, released, unmapped);
    }

    JsonNode begin(String body) {
        Rest.Answer answer = rest.send("POST", "replays", body);
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(201);
        return answer.body();
    }

    JsonNode control(JsonNode session, String body) {
        Rest.Answer answer = rest.send("POST", "replays/" + session.path("id").asString() + "/control", body);
        assertThat(answer.status()).as("%s: %s", body, answer.body()).isEqualTo(200);
        return answer.body();
    }

    static long position(JsonNode answer) {
        return answer.path("frame").path("position").longValue();
    }

    static String hash(JsonNode answer) {
        return answer.path("frame").path("hash").asString();
    }
}

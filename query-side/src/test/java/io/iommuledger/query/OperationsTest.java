package io.iommuledger.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.evidence.KernelEvidence;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.operation.AgentReason;
import io.iommuledger.lifecycle.operation.Figures;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.OperationEnded;
import io.iommuledger.lifecycle.operation.OperationRequested;
import io.iommuledger.lifecycle.operation.Outcome;
import io.iommuledger.lifecycle.operation.Refusal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** What was asked of agents, as a list. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class OperationsTest {
    private final Rest rest;
    private final Log log;

    OperationsTest(@Autowired Log log, @LocalServerPort int port) {
        this.rest = new Rest(port);
        this.log = log;
    }

    @Test
    void tellsWhatCameOfEach() {
        String host = "asked";
        Facts.prepare(log.agent(host, 1), Facts.BOOT);
        asked(host, 1, "somebody");
        asked(host, 2, "somebody");
        asked(host, 3, "else");
        log.append(request(host, 4, "somebody"), end(4, Outcome.SUCCEEDED, Optional.empty(), ""));
        log.append(
                request(host, 5, "else"),
                end(
                        5,
                        Outcome.REFUSED,
                        Optional.of(new Refusal.ByKernel(new KernelEvidence("VFIO_IOMMU_MAP_DMA", Errno.EEXIST))),
                        ""));
        log.append(
                request(host, 6, "somebody"),
                end(6, Outcome.REFUSED, Optional.of(new Refusal.ByAgent(AgentReason.IN_USE, "it is in use")), ""));
        rest.await(log.append(
                request(host, 7, "somebody"), end(7, Outcome.UNKNOWN, Optional.empty(), "the agent's epoch ended")));
        JsonNode all = rest.ok("operations?host=asked").path("operations");
        assertThat(all).hasSize(7);
        assertThat(all.path(0).path("outcome").asString()).isEqualTo("unknown");
        assertThat(all.path(0).path("reason").asString()).isEqualTo("the agent's epoch ended");
        assertThat(all.path(1).path("reason").asString()).isEqualTo("it is in use");
        assertThat(all.path(2).path("refusal").path("errno").asString()).isEqualTo("EEXIST");
        JsonNode done = all.path(3);
        assertThat(done.path("operation").asString()).isEqualTo(id(4).toString());
        assertThat(done.path("instruction").asString()).isEqualTo("Unmap");
        assertThat(done.path("principal").asString()).isEqualTo("somebody");
        assertThat(done.path("position").longValue()).isEqualTo(4711);
        assertThat(done.path("ended").path("position").longValue())
                .isEqualTo(done.path("requested").path("position").longValue() + 1);
        assertThat(all.path(6).path("outcome").asString()).isEqualTo("pending");
        assertThat(all.path(6).has("ended")).isFalse();
        assertThat(ids("operations?host=asked&state=pending")).containsExactly(id(3), id(2), id(1));
        assertThat(ids("operations?host=asked&state=refused&principal=else")).containsExactly(id(5));
        assertThat(ids("operations?host=asked&since=" + Instant.now().plusSeconds(3600)))
                .isEmpty();
        assertThat(ids("operations?host=asked&since=" + Instant.now().minusSeconds(3600)))
                .hasSize(7);
    }

    @Test
    void anEndThatWasUnknownMayBeDecidedLater() {
        Facts.prepare(log.agent("decided", 1), Facts.BOOT);
        log.append(
                request("decided", 11, "p"),
                end(11, Outcome.UNKNOWN, Optional.empty(), "gone"),
                end(11, Outcome.SUCCEEDED, Optional.empty(), ""));
        rest.await(log.append(request("decided", 12, "p")));
        JsonNode decided = rest.ok("operations?host=decided").path("operations").path(1);
        assertThat(decided.path("outcome").asString()).isEqualTo("succeeded");
        assertThat(decided.has("reason")).isFalse();
    }

    @Test
    void areAsTheyStoodAtAnyPlace() {
        Facts.prepare(log.agent("before", 1), Facts.BOOT);
        long decided = log.append(
                request("before", 31, "p"),
                end(31, Outcome.UNKNOWN, Optional.empty(), "gone"),
                end(31, Outcome.SUCCEEDED, Optional.empty(), ""));
        rest.await(log.append(request("before", 32, "p")));
        assertThat(ids("operations?host=before&at=" + (decided - 3))).isEmpty();
        assertThat(only("at=" + (decided - 2)).path("outcome").asString()).isEqualTo("pending");
        assertThat(only("at=" + (decided - 2)).has("ended")).isFalse();
        JsonNode doubted = only("at=" + (decided - 1));
        assertThat(doubted.path("outcome").asString()).isEqualTo("unknown");
        assertThat(doubted.path("reason").asString()).isEqualTo("gone");
        assertThat(doubted.path("ended").path("position").longValue()).isEqualTo(decided - 1);
        JsonNode ended = only("at=" + decided);
        assertThat(ended.path("outcome").asString()).isEqualTo("succeeded");
        assertThat(ended.path("ended").path("position").longValue()).isEqualTo(decided);
        assertThat(ids("operations?host=before&state=unknown")).isEmpty();
        assertThat(ids("operations?host=before&state=unknown&at=" + (decided - 1)))
                .containsExactly(id(31));

        String asked = ended.path("requested").path("instant").asString();
        assertThat(only("at=" + asked + "&known=" + (decided - 2))
                        .path("outcome")
                        .asString())
                .isEqualTo("pending");
        String whenDoubted = doubted.path("ended").path("instant").asString();
        String pinned = rest.ok("operations?host=before&at=" + whenDoubted)
                .path("pinned")
                .asString();
        assertThat(pinned).contains("&known=");
        assertThat(rest.ok(pinned.replace("/api/v1/", ""))).isEqualTo(rest.ok(pinned.replace("/api/v1/", "")));
    }

    private JsonNode only(String place) {
        JsonNode found = rest.ok("operations?host=before&" + place).path("operations");
        assertThat(found).hasSize(1);
        return found.path(0);
    }

    @Test
    void comesInPages() {
        Facts.prepare(log.agent("busy", 1), Facts.BOOT);
        long end = 0;
        for (int number = 21; number <= 25; number++) {
            end = asked("busy", number, "p");
        }
        rest.await(end);
        List<UUID> all = new ArrayList<>();
        Optional<String> next = Optional.of("operations?host=busy&limit=2");
        while (next.isPresent()) {
            JsonNode page = rest.ok(next.get());
            page.path("operations")
                    .forEach(
                            one -> all.add(UUID.fromString(one.path("operation").asString())));
            next = page.has("next")
                    ? Optional.of("operations?host=busy&limit=2&cursor="
                            + page.path("next").asString())
                    : Optional.empty();
        }
        assertThat(all).containsExactly(id(25), id(24), id(23), id(22), id(21));
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertThat(rest.get("operations?state=done").status()).isEqualTo(400);
        assertThat(rest.get("operations?since=yesterday").status()).isEqualTo(400);
        assertThat(rest.get("operations?at=999999999").status()).isEqualTo(400);
    }

    private long asked(String host, int number, String principal) {
        return log.append(request(host, number, principal));
    }

    private static OperationRequested request(String host, int number, String principal) {
        return new OperationRequested(
                id(number),
                new StreamId(new HostId(host), 1),
                principal,
                new Instruction.Unmap(new ContextId(1, 1), IovaRange.ALL),
                1);
    }

    private static OperationEnded end(int number, Outcome outcome, Optional<Refusal> refusal, String detail) {
        return new OperationEnded(id(number), outcome, refusal, Figures.NONE, 4711, detail);
    }

    private List<UUID> ids(String path) {
        List<UUID> ids = new ArrayList<>();
        rest.ok(path)
                .path("operations")
                .forEach(one -> ids.add(UUID.fromString(one.path("operation").asString())));
        return ids;
    }

    private static UUID id(int number) {
        return new UUID(0x4711, number);
    }
}

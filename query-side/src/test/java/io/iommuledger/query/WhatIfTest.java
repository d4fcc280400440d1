package io.iommuledger.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.fact.DecodingOf;
import io.iommuledger.lifecycle.fact.DeviceReleaseRequested;
import io.iommuledger.lifecycle.fact.DeviceReleased;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.MemoryDecodingChanged;
import io.iommuledger.lifecycle.fact.MemoryDecodingRequested;
import io.iommuledger.lifecycle.fact.ResetFinished;
import io.iommuledger.lifecycle.fact.ResetRequested;
import io.iommuledger.lifecycle.fact.RestoreRequested;
import io.iommuledger.lifecycle.fact.UnmapReason;
import io.iommuledger.lifecycle.fact.UnmapRequested;
import io.iommuledger.lifecycle.fact.Unmapped;
import io.iommuledger.lifecycle.fact.WithdrawalBegan;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.OperationRequested;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** What other policies would have made of a history; facts are a millisecond apart. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class WhatIfTest {
    private static final IovaRange IOVA = IovaRange.ofSize(0x1000, 0x1000);
    private static final IovaRange OTHER = IovaRange.ofSize(0x8000, 0x1000);

    private final Rest rest;
    private final Log log;

    WhatIfTest(@Autowired Log log, @LocalServerPort int port) {
        this.rest = new Rest(port);
        this.log = log;
    }

    private UUID asked(Log.Agent agent, String principal) {
        UUID operation = new UUID(7, agent.stream().hashCode() + agent.next());
        log.append(new OperationRequested(
                operation,
                agent.stream(),
                principal,
                new Instruction.Unmap(new ContextId(1, 1), IOVA),
                1_000_000_000L));
        return operation;
    }

    private void map(Log.Agent agent, Optional<UUID> operation, long number, IovaRange iova, Backing backing) {
        agent.append(
                operation,
                new MapRequested(number, 1, iova, DmaAccess.READ_WRITE, backing),
                new Mapped(agent.next(), number));
    }

    private static Backing bar() {
        return new Backing.BarRange(Facts.EXPORTER, 2, 0x1000, 0xc000_1000L);
    }

    private long release(Log.Agent agent) {
        return agent.append(
                new DeviceReleaseRequested(1, Facts.EXPORTER), new DeviceReleased(agent.next(), 1, Facts.EXPORTER));
    }

    private long unmap(Log.Agent agent, IovaRange iova, UnmapReason reason, OptionalLong episode) {
        return agent.append(
                new UnmapRequested(1, iova, reason, episode), new Unmapped(agent.next(), 1, iova, iova.size()));
    }

    private JsonNode report(String host, long upTo, String policy) {
        rest.await(upTo);
        Rest.Answer answer = rest.send(
                "POST",
                "what-if",
                "{\"scope\":{\"host\":\"%s\"},\"to\":%d,\"policy\":%s}".formatted(host, upTo, policy));
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
        return answer.body();
    }

    @Test
    void theDefaultsWouldHavePreventedWhatTheKernelLeaves() {
        Log.Agent agent = log.agent("left", 1);
        Facts.prepare(agent, Facts.BOOT);
        map(agent, Optional.of(asked(agent, "alice")), 1, IOVA, bar());
        agent.append(
                new MemoryDecodingRequested(1, Facts.EXPORTER, MemoryDecoding.OFF),
                new MemoryDecodingChanged(agent.next(), Facts.EXPORTER, MemoryDecoding.OFF));
        agent.append(
                new MemoryDecodingRequested(2, Facts.EXPORTER, MemoryDecoding.ON),
                new MemoryDecodingChanged(agent.next(), Facts.EXPORTER, MemoryDecoding.ON));
        release(agent);
        long end = unmap(agent, IOVA, UnmapReason.OWNER, OptionalLong.empty());
        JsonNode report = report("left", end, "{}");
        assertThat(report.path("source").asString()).isEqualTo("INFERRED");
        assertThat(report.path("maps").longValue()).isEqualTo(1);
        assertThat(report.path("really").path("exposures").longValue()).isEqualTo(2);
        // Stale from the answer to "off" to the request of "on" at least; orphaned likewise.
        assertThat(report.path("really").path("atLeastNanos").longValue()).isEqualTo(2_000_000);
        assertThat(report.path("really").path("atMostNanos").longValue()).isEqualTo(6_000_000);
        assertThat(report.path("supposed").path("exposures").longValue()).isZero();
        assertThat(report.path("exposures").path("prevented").longValue()).isEqualTo(1);
        JsonNode mapping = report.path("exposures").path("mappings").path(0);
        assertThat(mapping.path("mapping").asString()).isEqualTo("left.1-1");
        assertThat(mapping.path("effect").asString()).isEqualTo("prevented");
        assertThat(report.path("byPrincipal").path(0).path("principal").asString())
                .isEqualTo("alice");
        assertThat(report.path("byDevice").path(0).path("device").asString()).isEqualTo(Facts.EXPORTER.toString());
        assertThat(report.path("done").path("withdrawn").longValue()).isEqualTo(1);
        assertThat(report.path("done").path("dropped").longValue()).isEqualTo(1);
        // Its owner unmapped the orphan, which would have been dropped before.
        assertThat(report.path("notSimulated").path("count").longValue()).isEqualTo(1);
        assertThat(report.path("notSimulated")
                        .path("items")
                        .path(0)
                        .path("mapping")
                        .asString())
                .isEqualTo("left.1-1");
    }

    @Test
    void aReleaseUnderDropAloneEndsAStaleMappingsExposureEarlier() {
        Log.Agent agent = log.agent("shorter", 1);
        Facts.prepare(agent, Facts.BOOT);
        map(agent, Optional.empty(), 1, IOVA, bar());
        agent.append(
                new MemoryDecodingRequested(1, Facts.EXPORTER, MemoryDecoding.OFF),
                new MemoryDecodingChanged(agent.next(), Facts.EXPORTER, MemoryDecoding.OFF));
        release(agent);
        long end = unmap(agent, IOVA, UnmapReason.OWNER, OptionalLong.empty());
        JsonNode report = report("shorter", end, "{\"onReset\":\"leave\",\"mmio\":\"unsafe\"}");
        assertThat(report.path("exposures").path("shortened").longValue()).isEqualTo(1);
        assertThat(report.path("really").path("atMostNanos").longValue()).isEqualTo(5_000_000);
        assertThat(report.path("supposed").path("atMostNanos").longValue()).isEqualTo(2_000_000);
        assertThat(report.path("supposed").path("atLeastNanos").longValue()).isZero();
    }

    @Test
    void strictWouldHaveRefusedDeviceMemoryOfUnknownOrigin() {
        Log.Agent agent = log.agent("unsafe", 1);
        Facts.prepare(agent, Facts.BOOT);
        String path = "/sys/bus/pci/devices/0000:5e:00.0/resource2";
        map(agent, Optional.of(asked(agent, "bob")), 1, IOVA, new Backing.FileRange(path, 0, 0x7f00_0000L, true));
        map(
                agent,
                Optional.of(asked(agent, "carol")),
                2,
                OTHER,
                new Backing.FileRange("/data", 0, 0x7f00_0000L, false));
        long end = unmap(agent, IOVA, UnmapReason.OWNER, OptionalLong.empty());
        JsonNode report = report("unsafe", end, "{\"mmio\":\"strict\"}");
        assertThat(report.path("maps").longValue()).isEqualTo(2);
        assertThat(report.path("refused").path("count").longValue()).isEqualTo(1);
        JsonNode refused = report.path("refused").path("items").path(0);
        assertThat(refused.path("principal").asString()).isEqualTo("bob");
        assertThat(refused.path("mapping").asString()).isEqualTo("unsafe.1-1");
        assertThat(refused.path("what").asString()).contains(path);
        assertThat(report.path("notSimulated").path("count").longValue())
                .as("the unmap of a mapping that would not have been")
                .isEqualTo(1);
    }

    @Test
    void leavingWouldHaveExposedWhatWasDroppedAndWithdrawn() {
        Log.Agent agent = log.agent("guarded", 1);
        Facts.prepare(agent, Facts.BOOT);
        map(agent, Optional.of(asked(agent, "alice")), 1, IOVA, bar());
        agent.append(new WithdrawalBegan(1, Facts.EXPORTER, EpisodeKind.FUNCTION_RESET, List.of(Facts.EXPORTER)));
        unmap(agent, IOVA, UnmapReason.SUSPENSION, OptionalLong.of(1));
        agent.append(
                new ResetRequested(1, Facts.EXPORTER, EpisodeKind.FUNCTION_RESET, List.of(Facts.EXPORTER)),
                new ResetFinished(agent.next(), 1, List.of(new DecodingOf(Facts.EXPORTER, MemoryDecoding.ON))));
        agent.append(new RestoreRequested(1), new Mapped(agent.next(), 1));
        unmap(agent, IOVA, UnmapReason.EXPORTER_RELEASE, OptionalLong.empty());
        release(agent);
        long end = agent.append(Facts.discovered(Facts.SIBLING, 11));
        JsonNode report = report("guarded", end, "{\"onRelease\":\"leave\",\"onReset\":\"leave\",\"mmio\":\"unsafe\"}");
        assertThat(report.path("really").path("exposures").longValue()).isZero();
        assertThat(report.path("exposures").path("added").longValue()).isEqualTo(1);
        assertThat(report.path("supposed").path("exposures").longValue())
                .as("stale during the reset, orphaned since the release")
                .isEqualTo(2);
        assertThat(report.path("supposed").path("open").longValue()).isEqualTo(1);
        assertThat(report.path("supposed").path("atMostNanos").longValue()).isEqualTo(1_000_000 + 2_000_000);
        assertThat(report.path("done").path("notWithdrawn").longValue()).isEqualTo(1);
        assertThat(report.path("done").path("notDropped").longValue()).isEqualTo(1);
        assertThat(report.path("byPrincipal").path(0).path("principal").asString())
                .isEqualTo("alice");
    }

    @Test
    void thePoliciesThatWereInForceChangeNothing() {
        Log.Agent agent = log.agent("unchanged", 1);
        Facts.prepare(agent, Facts.BOOT);
        map(agent, Optional.empty(), 1, IOVA, bar());
        release(agent);
        long end = unmap(agent, IOVA, UnmapReason.OWNER, OptionalLong.empty());
        JsonNode report =
                report("unchanged", end, "{\"onRelease\":\"leave\",\"onReset\":\"leave\",\"mmio\":\"unsafe\"}");
        assertThat(report.path("supposed")).isEqualTo(report.path("really"));
        assertThat(report.path("exposures").path("same").longValue()).isEqualTo(1);
        assertThat(report.path("notSimulated").path("count").longValue()).isZero();
    }

    @Test
    void wantsAPolicy() {
        Rest.Answer answer = rest.send("POST", "what-if", "{}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body().path("field").asString()).isEqualTo("policy");
    }
}

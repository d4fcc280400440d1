package io.iommuledger.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.db.EventLog;
import io.iommuledger.db.append.Appender;
import io.iommuledger.db.tree.TreeLog;
import io.iommuledger.db.tree.TreeRows;
import io.iommuledger.lifecycle.fact.DeviceReleaseRequested;
import io.iommuledger.lifecycle.fact.DeviceReleased;
import io.iommuledger.lifecycle.fact.DmaFaulted;
import io.iommuledger.lifecycle.fact.PoliciesChanged;
import io.iommuledger.lifecycle.fact.UnmapReason;
import io.iommuledger.lifecycle.fact.UnmapRequested;
import io.iommuledger.lifecycle.fact.Unmapped;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.proof.Hash;
import io.iommuledger.proof.note.Checkpoint;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reports as they are asked for and read, and what they are about. */
final class Reports {
    static final IovaRange IOVA = IovaRange.ofSize(0x38_0000_0000L, 0x1000);

    private final Rest rest;
    private final Log log;
    private final EventLog events;
    private final TreeLog tree;
    private final TreeRows rows;
    private final Appender appender;

    Reports(Rest rest, Log log, EventLog events, TreeLog tree, TreeRows rows, Appender appender) {
        this.rest = rest;
        this.log = log;
        this.events = events;
        this.tree = tree;
        this.rows = rows;
        this.appender = appender;
    }

    long newest() {
        return Math.max(0, events.head());
    }

    static String request(String kind, String format, String host, long from, long to) {
        return "{\"kind\":\"%s\",\"format\":\"%s\",\"from\":%d,\"to\":%d,\"scope\":{\"host\":\"%s\"}}"
                .formatted(kind, format, from, to, host);
    }

    JsonNode json(String kind, String host, long from, long to) {
        return new JsonMapper().readTree(rest.file("reports", request(kind, "json", host, from, to)));
    }

    static JsonNode content(JsonNode report, String id) {
        return StreamSupport.stream(report.path("sections").spliterator(), false)
                .flatMap(section -> StreamSupport.stream(section.path("content").spliterator(), false))
                .filter(content -> content.path("id").asString("").equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no '" + id + "' in " + report));
    }

    static String words(JsonNode report, String section) {
        StringBuilder words = new StringBuilder();
        report.path("sections").forEach(each -> {
            if (each.path("id").asString().equals(section)) {
                each.path("content")
                        .forEach(content -> words.append(content.path("text").asString("")));
            }
        });
        return words.toString();
    }

    /** A BAR that is mapped, whose exporter is released, and that is unmapped later; position of the last fact. */
    long zombie(String host) {
        Log.Agent agent = log.agent(host, 1);
        Facts.prepare(agent, Facts.BOOT);
        Facts.mapBar(agent, 1, IOVA);
        agent.append(
                new DeviceReleaseRequested(1, Facts.EXPORTER), new DeviceReleased(agent.next(), 1, Facts.EXPORTER));
        agent.append(new DmaFaulted(Facts.IMPORTER, 0x1000, true, "05", 77));
        agent.append(
                new UnmapRequested(1, IOVA, UnmapReason.OWNER, OptionalLong.empty()),
                new Unmapped(agent.next(), 1, IOVA, IOVA.size()));
        long end = agent.append(new PoliciesChanged(Policies.DEFAULT));
        rest.await(end);
        return end;
    }

    /** A checkpoint that has a few records more than what is reported. */
    long sign(long position) throws InterruptedException {
        Log.Agent agent = log.agent("after-report-" + position, 1);
        long size = agent.append(Facts.epochBegan(Facts.BOOT));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (tree.state().size() < size) {
            assertThat(System.nanoTime() - end).as("%s", tree.state()).isNegative();
            TimeUnit.MILLISECONDS.sleep(20);
        }
        Hash root = tree.proofs(size).root();
        String note = new Checkpoint(ProofTest.KEY.verifier().name(), size, root)
                .signedBy(ProofTest.KEY)
                .toString();
        rows.keepCheckpoint(
                appender.term(), size, root, ProofTest.KEY.verifier().toString(), note);
        return size;
    }
}

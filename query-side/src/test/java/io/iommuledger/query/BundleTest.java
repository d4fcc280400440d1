package io.iommuledger.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.db.EventLog;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.fact.DeviceDiscovered;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.Scope;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.replay.World;
import io.iommuledger.protocol.Sha256;
import io.iommuledger.protocol.Signing;
import io.iommuledger.protocol.StoredRecord;
import io.iommuledger.protocol.StoredSignature;
import io.iommuledger.protocol.bundle.BundleFile;
import io.iommuledger.protocol.bundle.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** A part of the log in one file. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class BundleTest {
    private static final IovaRange IOVA = IovaRange.ofSize(0x1000, 0x1000);

    private final Rest rest;
    private final Log log;
    private final EventLog events;

    @TempDir
    Path folder;

    BundleTest(@Autowired Log log, @Autowired EventLog events, @LocalServerPort int port) {
        this.rest = new Rest(port);
        this.log = log;
        this.events = events;
    }

    private BundleFile bundle(String body) throws IOException {
        return BundleFile.open(Files.write(folder.resolve("one.bundle"), rest.file("bundles", body)));
    }

    /** @return position of the fact before the mapping is asked for */
    private long tell(String host) {
        Log.Agent agent = log.agent(host, 1);
        Facts.prepare(agent, Facts.BOOT);
        long prepared = agent.append(Facts.discovered(Facts.SIBLING, 11));
        rest.await(Facts.mapBar(agent, 1, IOVA));
        return prepared;
    }

    @Test
    void hasTheRecordsAsTheyAreStoredAndHowEverythingStoodBefore() throws IOException {
        long from = tell("bundled");
        tell("other");
        try (BundleFile file = bundle("{\"from\":%d,\"to\":%d}".formatted(from, events.head()))) {
            Manifest manifest = file.manifest();
            assertThat(manifest.from()).isEqualTo(from);
            List<byte[]> stored = events.records(from, events.head(), 1_000).stream()
                    .map(StoredRecord::encoded)
                    .toList();
            assertThat(file.records(from, manifest.to(), 1_000, Long.MAX_VALUE))
                    .map(StoredRecord::encoded)
                    .containsExactlyElementsOf(stored);
            World world = World.resumed(Scope.ALL, Sha256::hex, file.checkpoint());
            assertThat(world.hash()).isEqualTo(manifest.hash());
        }
    }

    @Test
    void hasOnlyWhatConcernsItsHosts() throws IOException {
        long from = tell("wanted");
        tell("unwanted");
        try (BundleFile file = bundle("{\"from\":%d,\"scope\":{\"host\":\"wanted\"}}".formatted(from))) {
            assertThat(file.records(from, file.manifest().to(), 1_000, Long.MAX_VALUE))
                    .isNotEmpty()
                    .allSatisfy(record -> assertThat(record.stream()).isEqualTo("host/wanted/1"));
            assertThat(file.checkpoint())
                    .singleElement()
                    .satisfies(host -> assertThat(host.host().value()).isEqualTo("wanted"));
            Manifest.Completeness completeness = file.manifest().completeness();
            assertThat(completeness.state()).isEqualTo("open");
            assertThat(completeness.openSinceNanos()).isPresent();
        }
    }

    /** A signature is over all facts of its batch. */
    @Test
    void hasWhatBatchesThatAreCutHaveOutsideOfIt() throws Exception {
        KeyPair key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        Log.Agent agent = log.agent("cut", 1, key);
        Facts.prepare(agent, Facts.BOOT);
        long first = agent.next();
        long position = agent.append(discovered(1), discovered(2), discovered(3));
        agent.append(discovered(4), discovered(5));
        agent.append(discovered(6), discovered(7), discovered(8), discovered(9));
        rest.await(agent.append(discovered(10)));
        // From the second fact of a batch to the second one of another.
        assertCut(key, agent.stream(), position - 2, position + 4, List.of(first, first + 7, first + 8), 3);
        // The second one of one batch.
        assertCut(key, agent.stream(), position - 2, position - 1, List.of(first, first + 2), 1);
        // Two batches as they are.
        assertCut(key, agent.stream(), position, position + 6, List.of(), 2);
        // Nothing of the host.
        assertCut(key, agent.stream(), position, position, List.of(), 0);
    }

    private static DeviceDiscovered discovered(int device) {
        return Facts.discovered(PciAddress.parse("0000:5c:%02x.0".formatted(device)), 30 + device);
    }

    private void assertCut(KeyPair key, StreamId stream, long from, long to, List<Long> outside, int batches)
            throws IOException {
        try (BundleFile file =
                bundle("{\"from\":%d,\"to\":%d,\"scope\":{\"host\":\"%s\"}}".formatted(from, to, stream.host()))) {
            NavigableMap<Long, byte[]> payloads = new TreeMap<>();
            file.outside((record, encoded) -> payloads.put(record.sequence(), record.payload()));
            assertThat(payloads.keySet()).containsExactlyElementsOf(outside);
            file.records((record, encoded) -> payloads.put(record.sequence(), record.payload()));
            assertThat(file.records()).isEqualTo(payloads.size() - outside.size());
            List<StoredSignature> signatures = new ArrayList<>();
            file.signatures(signatures::add);
            assertThat(signatures).hasSize(batches).allSatisfy(each -> {
                List<byte[]> batch = List.copyOf(payloads.subMap(each.firstSequence(), true, each.lastSequence(), true)
                        .values());
                assertThat(Signing.verify(
                                Signing.key(key.getPublic().getEncoded()),
                                Signing.batch(stream, each.firstSequence(), batch),
                                each.signature()))
                        .isTrue();
            });
        }
    }

    @Test
    void theSamePartHasTheSameBytesForEver() {
        long from = tell("same");
        long to = events.head();
        String instant = rest.ok("hosts?at=" + to).path("instant").asString();
        String positions = "{\"from\":%d,\"to\":%d,\"scope\":{\"host\":\"same\"}}".formatted(from, to);
        String instants = "{\"from\":%d,\"to\":\"%s\",\"known\":%d}".formatted(from, instant, to);
        byte[] first = rest.file("bundles", positions);
        byte[] known = rest.file("bundles", instants);
        tell("later");
        assertThat(rest.file("bundles", positions)).isEqualTo(first);
        assertThat(rest.file("bundles", instants)).isEqualTo(known);
    }

    @Test
    void saysWhichOfItsHostsAreTaintedAlsoWhenItIsRefused() {
        tell("bundle-weak");
        rest.await(log.agent("bundle-strong", 1).append(Facts.epochBegan(Facts.BOOT, Policies.DEFAULT)));
        String scope = "\"scope\":{\"host\":\"bundle-strong,bundle-weak\"}";
        assertThat(rest.fileAnswer("bundles", "{" + scope + "}").headers().firstValue("Ledger-Tainted-Hosts"))
                .hasValue("bundle-weak");
        for (String path : List.of("bundles", "what-if", "replays")) {
            String policy = path.equals("what-if") ? "\"policy\":{}," : "";
            JsonNode refused = rest.send("POST", path, "{" + policy + "\"to\":\"no-place\"," + scope + "}")
                    .body();
            assertThat(refused.path("field").asString()).as(path).isEqualTo("to");
            assertThat(refused.path("taintedHosts").valueStream().map(JsonNode::asString))
                    .as(path)
                    .containsExactly("bundle-weak");
        }
    }

    @Test
    void refusesWhatItDoesNotHave() {
        long from = tell("unbundled");
        assertRefused("{\"from\":%d,\"to\":%d}".formatted(from, from - 1), 400, "from");
        assertRefused("{\"to\":%d}".formatted(events.head() + 1_000), 400, "to");
        assertRefused("{\"to\":%d,\"known\":%d}".formatted(from, from), 400, "known");
        assertRefused("{\"scope\":{\"host\":\"nobody\"}}", 404, "nobody");
        assertRefused("{\"speed\":1}", 400, "speed");
    }

    private void assertRefused(String body, int status, String word) {
        Rest.Answer answer = rest.send("POST", "bundles", body);
        JsonNode problem = answer.body();
        assertThat(answer.status()).as("%s: %s", body, problem).isEqualTo(status);
        assertThat(problem.path("detail").asString()).contains(word);
    }
}

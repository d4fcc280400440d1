package io.iommuledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.db.Database;
import io.iommuledger.db.EmbeddedServer;
import io.iommuledger.proof.note.VerifierKey;
import io.iommuledger.verify.check.Held;
import io.iommuledger.verify.check.LogKeys;
import io.iommuledger.verify.check.Report;
import io.iommuledger.verify.check.Verifier;
import io.iommuledger.verify.report.Verdict;
import io.iommuledger.verify.source.DatabaseSource;
import io.iommuledger.verify.source.RecordSource;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A name is erased, nothing shows it any more, and every proof of before and after holds. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ErasedNameTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String PERSON = "127.0.7.77";
    private static final String ASKER = "127.0.7.1";
    private static final String OTHER = "127.0.7.2";
    private static final String FINGERPRINT = "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU";

    private Path directory;
    private EmbeddedServer postgres;
    private Server server;

    @BeforeAll
    void start(@TempDir Path data) {
        directory = data;
        postgres = EmbeddedServer.start(data.resolve("postgres"));
        server = Server.start(new Server.Settings(
                EnumSet.allOf(Server.Side.class),
                postgres.address(),
                Server.Rest.local(),
                "",
                "gateway-" + UUID.randomUUID(),
                "",
                new Server.Signing("", "", List.of(), 1, 1).at(data.resolve("log"))));
    }

    @AfterAll
    void stop() {
        server.close();
        postgres.close();
    }

    @Test
    void everyProofHoldsAndNothingShowsTheName() throws Exception {
        JsonNode enrolled = ok(PERSON, "PUT", "hosts/left-alone/key", "{\"fingerprint\":\"" + FINGERPRINT + "\"}");
        String person = enrolled.path("enrolled").path("by").asString();
        Held before = checkpoint("before.txt");
        assertThat(before.size()).isPositive();

        String erasure = ok(ASKER, "POST", "erasures", "{\"principal\":\"" + person + "\",\"reason\":\"ticket 4711\"}")
                .path("erasure")
                .asString();
        assertThat(ok(OTHER, "POST", "erasures/" + erasure + "/approval", "")
                        .path("state")
                        .asString())
                .isEqualTo("done");

        assertThat(ok(ASKER, "GET", "principals/" + person, "").path("name").asString())
                .isEqualTo("redacted under " + erasure);
        JsonNode events = ok(ASKER, "GET", "events?after=0&wait=" + head(), "");
        assertThat(events.toString())
                .contains("erasure.requested", "erasure.approved", "erasure.done", person)
                .doesNotContain(PERSON);
        assertThat(events.path("events").get(0).path("fact").path("commitment").asString())
                .as("the commitment stays")
                .hasSize(64);
        for (String format : List.of("json", "csv", "html")) {
            String report = answer(
                            ASKER,
                            "POST",
                            "reports",
                            "{\"kind\":\"compliance\",\"from\":1,\"to\":" + head() + ",\"format\":\"" + format + "\"}")
                    .body();
            assertThat(report).as(format).contains("erasure.requested", erasure).doesNotContain(PERSON);
        }
        for (String format : List.of("ocsf", "cef", "syslog", "cloudevents")) {
            assertThat(answer(ASKER, "GET", "exports?format=" + format, "").body())
                    .as(format)
                    .contains(person)
                    .doesNotContain(PERSON);
        }

        Held after = checkpoint("after.txt");
        Database.Login owner = postgres.address().owner().orElseThrow();
        try (RecordSource log = DatabaseSource.open(postgres.address().url(), owner.user(), owner.password());
                Verifier verifier = new Verifier()) {
            Report report = verifier.verify(log, List.of(before, after), key(), Optional.empty());
            assertThat(report.firstBad()).isEmpty();
            assertThat(Verdict.of(report).exitCode()).isZero();
        }
    }

    private long head() throws Exception {
        return ok(ASKER, "GET", "proof", "").path("position").asLong();
    }

    private LogKeys key() throws Exception {
        return LogKeys.of(VerifierKey.parse(
                ok(ASKER, "GET", "proof", "").path("keys").get(0).path("key").asString()));
    }

    /** Of all that is in the log now, as somebody outside keeps it. */
    private Held checkpoint(String name) throws Exception {
        long head = head();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        JsonNode proof = ok(ASKER, "GET", "proof", "");
        while (proof.path("checkpoint").path("size").asLong(-1) < head) {
            assertThat(System.nanoTime() - end).as("a checkpoint of %s", head).isNegative();
            TimeUnit.MILLISECONDS.sleep(50);
            proof = ok(ASKER, "GET", "proof", "");
        }
        Path file = Files.writeString(
                directory.resolve(name), proof.path("checkpoint").path("note").asString());
        return Held.read(file, key());
    }

    private JsonNode ok(String address, String method, String path, String body) throws Exception {
        HttpResponse<String> answer = answer(address, method, path, body);
        assertThat(answer.statusCode()).as(path + ": " + answer.body()).isBetween(200, 201);
        return JSON.readTree(answer.body());
    }

    /** As a peer of this address: this machine has every one of 127.0.0.0/8. */
    private HttpResponse<String> answer(String address, String method, String path, String body) throws Exception {
        try (HttpClient client = HttpClient.newBuilder()
                .localAddress(InetAddress.getByName(address))
                .build()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/api/v1/" + path))
                            .method(method, HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    BodyHandlers.ofString());
        }
    }
}

package io.iommuledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.standalone.Api.Reply;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole product in one process, as {@code make run -- --idle} starts it, spoken to over HTTP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StandaloneTest {
    private static final String NIC = "0000:3b:00.0";
    private static final String SIBLING = "0000:3b:00.1";
    private static final String NVME = "0000:5e:00.0";
    private static final String GPU = "0000:af:00.0";

    private Standalone running;
    private Api api;

    @BeforeAll
    void start(@TempDir Path data) throws IOException {
        running = Standalone.start(new Standalone.Settings(
                data, Server.Rest.local(), "", Standalone.Machine.IDLE, Policies.KERNEL, false));
        api = new Api(running.server().port(), running.server().port());
    }

    @AfterAll
    void stop() {
        running.close();
    }

    @Test
    void aZombieIsSeenForAsLongAsItsPeerCanBeReached() {
        SimulatedDma dma = new SimulatedDma(running.machine(), PciAddress.parse(GPU), PciAddress.parse(NIC), 0);
        new ZombieScenario(api, "demo", GPU, NIC, 0, dma).run();
    }

    @Test
    void aRefusalByTheKernelNamesErrnoCauseAndCureAndCanBePolled() {
        String context = open();
        Reply refused = api.post(
                context + "/mappings",
                "{\"iova\":\"0xfee00000\",\"size\":4096,\"access\":\"r\",\"backing\":{\"memory\":{}}}");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.text("type")).endsWith("kernel-refused");
        assertThat(refused.text("errno")).isEqualTo("EINVAL");
        assertThat(refused.text("likelyCause")).isNotEmpty();
        assertThat(refused.text("cure")).isNotEmpty();
        Reply polled = api.getOperation(refused.text("operation"));
        assertThat(polled.status()).isEqualTo(200);
        assertThat(polled.text("outcome")).isEqualTo("refused");
        assertThat(polled.text("errno")).isEqualTo("EINVAL");
        assertThat(polled.position()).isEqualTo(refused.position());
        assertThat(polled.body().path("principal").path("kind").asString()).isEqualTo("unauthenticated");
    }

    /** Before every call there is an intent in the log: where nothing is added, nothing was called. */
    @Test
    void aReplayAndAWhatIfCallNothingAndRecordNothing() {
        String context = open();
        assertThat(api.post(context + "/devices", "{\"device\":\"" + NVME + "\"}")
                        .status())
                .isEqualTo(201);
        assertThat(api.delete(context).status()).isEqualTo(200);
        long before = whenOperationsHaveEnded();
        assertThat(api.get("hosts?wait=" + before).status()).isEqualTo(200);
        Reply session = api.post(
                "replays", "{\"scope\":{\"host\":\"demo\"},\"to\":" + before + ",\"speed\":\"max\",\"policy\":{}}");
        assertThat(session.status()).as(session.body().toString()).isEqualTo(201);
        String control = "replays/" + session.text("id") + "/control";
        for (String action : new String[] {
            "{\"action\":\"step\"}",
            "{\"action\":\"step\",\"by\":\"episode\"}",
            "{\"action\":\"back\"}",
            "{\"action\":\"seek\",\"to\":" + before + "}"
        }) {
            assertThat(api.post(control, action).status()).as(action).isEqualTo(200);
        }
        Reply report = api.post("what-if", "{\"scope\":{\"host\":\"demo\"},\"to\":" + before + ",\"policy\":{}}");
        assertThat(report.status()).as(report.body().toString()).isEqualTo(200);
        assertThat(report.body().path("facts").longValue()).isPositive();
        assertThat(api.get("events?after=" + before).position())
                .as("the newest position")
                .isEqualTo(before);
    }

    /** An operation is answered when its outcome is stored; its end is one more event, a little later. */
    private long whenOperationsHaveEnded() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (System.nanoTime() < end) {
            int requested = api.get("events?limit=1000&type=operation.requested")
                    .body()
                    .path("events")
                    .size();
            Reply ended = api.get("events?limit=1000&type=operation.ended");
            if (ended.body().path("events").size() == requested) {
                return ended.position();
            }
        }
        throw new AssertionError("operations that do not end");
    }

    @Test
    void iovasAboveTheSignedHalfTravelUnharmed() {
        String context = open();
        assertThat(api.post(context + "/devices", "{\"device\":\"" + NVME + "\"}")
                        .status())
                .isEqualTo(201);
        Reply mapped = api.post(
                context + "/mappings",
                "{\"iova\":18446744073709547520,\"size\":4096,\"access\":\"rw\",\"backing\":{\"memory\":{}}}");
        assertThat(mapped.status()).as("outside the IOMMU's aperture").isEqualTo(409);
        Reply unmapped = api.delete(context + "/mappings?iova=0x8000000000000000&size=9223372036854771712");
        assertThat(unmapped.status()).as(unmapped.body().toString()).isEqualTo(200);
        assertThat(unmapped.body().path("unmappedBytes").asLong(-1)).isZero();
        Reply found = api.get(context + "/mappings?state=all&iova=0xfffffffffffff000&wait=" + unmapped.position());
        assertThat(found.body().path("mappings").path(0).path("iova").asString())
                .isEqualTo("0xfffffffffffff000");
        assertThat(found.body().path("mappings").path(0).path("state").asString())
                .isEqualTo("REFUSED");
        assertThat(api.delete(context).status()).isEqualTo(200);
    }

    @Test
    void aGroupDoesNotLeaveWhileAnotherDeviceOfItIsOpen() {
        String context = open();
        assertThat(api.post(context + "/devices", "{\"device\":\"" + NVME + "\"}")
                        .status())
                .isEqualTo(201);
        assertThat(api.post(context + "/devices", "{\"device\":\"" + SIBLING + "\"}")
                        .status())
                .isEqualTo(201);
        assertThat(api.post(context + "/devices", "{\"device\":\"" + NIC + "\"}")
                        .status())
                .isEqualTo(201);
        Reply busy = api.delete(context + "/devices/" + SIBLING + "?detach=true");
        assertThat(busy.status()).isEqualTo(409);
        assertThat(busy.text("type")).isEqualTo("/problems/in-use");
        assertThat(busy.text("detail")).contains(NIC);
        assertThat(api.delete(context).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST   | hosts/nobody/contexts                       | {}                         | 404 | host",
                "POST   | hosts/demo/contexts/1-999/devices           | {'device':'0000:3b:00.0'}  | 404 | 1-999",
                "POST   | hosts/demo/contexts/one/devices             | {'device':'0000:3b:00.0'}  | 400 | one",
                "POST   | hosts/demo/devices/0000:3b:00.0/resets      | {'method':'warm'}          | 400 | warm",
                "POST   | hosts/demo/devices/0000:99:00.0/resets      | {'method':'hot'}           | 404 |"
                        + " 0000:99:00.0",
                "POST   | hosts/demo/devices/0000:af:00.9/resets      | {'method':'hot'}           | 400 |"
                        + " 0000:af:00.9",
                "POST   | hosts/demo/devices/0000:af:00.0/resets      | {'method':'hot','x':1}     | 400 | x",
                "POST   | hosts/demo/devices/0000:3b:00.0/resets?dryrun=true | {'method':'hot'}    | 400 | dryrun",
                "POST   | hosts/demo/devices/0000:3b:00.0/resets?dryRun=false&dryRun=true | {'method':'hot'} | 400 | dryRun",
                "POST   | hosts/demo/devices/0000:3b:00.0/resets?dryRun | {'method':'hot'}          | 400 | dryRun",
                "POST   | hosts/demo/devices/0000:3b:00.0/resets?%64ryRun=true | {'method':'hot'}   | 400 | dryRun",
                "GET    | zombies?format                              | ''                         | 400 | format",
                "DELETE | hosts/demo/contexts/1-1/devices/0000:3b:00.0?detatch=true | ''           | 400 | detatch",
                "POST   | hosts/demo/devices/0000:99:00.0/resets?dryRun=true | {'method':'hot'}    | 404 | 0000:99:00.0",
                "GET    | zombies?hots=demo                           | ''                         | 400 | hots",
                "PUT    | hosts/demo/devices/0000:af:00.0/memory      | {'enabled':'no'}           | 400 | enabled",
                "PUT    | hosts/demo/devices/0000:af:00.0/memory      | {                          | 400 | JSON",
                "DELETE | hosts/demo/contexts/1-1/mappings?iova=0x10  | ''                         | 400 | size",
                "PATCH  | mappings/demo.1-1                           | {'access':'NONE'}          | 400 | or none",
                "POST   | hosts/demo/regions                          | {'name':'-','size':4096}   | 400 | letter or"
                        + " digit",
                "GET    | operations/none                             | ''                         | 400 | none",
                "GET    | mappings/demo.1-99999/history               | ''                         | 404 |"
                        + " demo.1-99999",
                "GET    | hosts/demo/contexts/1-1/mappings?state=odd  | ''                         | 400 | odd",
                "GET    | events?after=x                              | ''                         | 400 | x",
                "GET    | nowhere                                     | ''                         | 404 | nowhere",
                "GET    | hosts/%00/devices                           | ''                         | 400 | path",
            })
    void badInputIsAProblemThatNamesIt(String method, String path, String body, int status, String named) {
        Reply reply = api.send(api.request(path)
                .method(method, HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')))
                .header("Content-Type", "application/json"));
        assertThat(reply.status()).as(reply.body().toString()).isEqualTo(status);
        assertThat(reply.text("type")).isNotEmpty();
        assertThat(reply.text("detail")).contains(named);
    }

    @Test
    void aMappingWithAWrongFieldIsRefusedByThatField() {
        String context = open();
        String[][] wrong = {
            {"iova", "{'iova':'0x1g','size':1,'access':'r','backing':{'memory':{}}}"},
            {"iova", "{'iova':-1,'size':1,'access':'r','backing':{'memory':{}}}"},
            {"size", "{'iova':0,'size':0,'access':'r','backing':{'memory':{}}}"},
            {"size", "{'iova':'0xffffffffffffffff','size':2,'access':'r','backing':{'memory':{}}}"},
            {"access", "{'iova':0,'size':4096,'access':'x','backing':{'memory':{}}}"},
            {"backing", "{'iova':0,'size':4096,'access':'r','backing':{}}"},
            {"backing", "{'iova':0,'size':4096,'access':'r'}"},
            {"iova", "{'iova':0,'ranges':[{'iova':0,'size':4096,'access':'r','backing':{'memory':{}}}]}"},
            {"backing.bar.index", bar(NIC, 6, 0)},
            {"backing.bar.index", bar(NIC, 3, 0)},
            {"backing.bar.offset", bar(NIC, 0, 1L << 40)},
        };
        for (String[] one : wrong) {
            Reply reply = api.post(context + "/mappings", one[1].replace('\'', '"'));
            assertThat(reply.status()).as(reply.body().toString()).isEqualTo(400);
            assertThat(reply.text("field")).isEqualTo(one[0]);
        }
    }

    @Test
    void aBarOfADeviceThatIsNotOpenIsRefusedByTheAgent() {
        String context = open();
        Reply reply = api.post(context + "/mappings", bar(GPU, 2, 0).replace('\'', '"'));
        assertThat(reply.status()).isEqualTo(409);
        assertThat(reply.text("type")).endsWith("device-not-open");
        assertThat(reply.text("operation")).isNotEmpty();
    }

    @Test
    void whatAClientAcceptsOrSendsAsDoesNotDecideWhetherACommandIsCarriedOut() {
        Reply opened = api.send(api.request("hosts/demo/contexts")
                .header("Accept", "text/html")
                .POST(HttpRequest.BodyPublishers.noBody()));
        assertThat(opened.status()).isEqualTo(201);
        Reply form = api.send(api.request("hosts/demo/devices/" + GPU + "/memory")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .PUT(HttpRequest.BodyPublishers.ofString("{\"enabled\":true}")));
        assertThat(form.text("type")).as(form.body().toString()).endsWith("device-not-open");
    }

    @Test
    void aNumberOfAMillionDigitsIsRefusedLikeAnyOther() {
        String context = open();
        Reply reply = api.post(
                context + "/mappings",
                "{\"iova\":\"" + "9".repeat(1_000_000) + "\",\"size\":1,\"access\":\"r\",\"backing\":{\"memory\":{}}}");
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.text("field")).isEqualTo("iova");
    }

    @ParameterizedTest
    @CsvSource({"Host, evil.example", "Host, evil.example:8080", "Origin, http://evil.example", "Origin, null"})
    void aForeignNameIsTurnedAway(String header, String value) throws IOException {
        String host = "127.0.0.1:" + running.server().port();
        String request = "GET /api/v1/hosts HTTP/1.1\r\nConnection: close\r\n"
                + (header.equals("Host") ? "" : "Host: " + host + "\r\n")
                + header + ": " + value + "\r\n\r\n";
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), running.server().port())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 403").contains("foreign-request");
        }
    }

    private String open() {
        Reply opened = api.post("hosts/demo/contexts", "");
        assertThat(opened.status()).isEqualTo(201);
        return "hosts/demo/contexts/" + opened.text("context");
    }

    private static String bar(String device, int index, long offset) {
        return "{'iova':0,'size':4096,'access':'r','backing':{'bar':{'device':'" + device + "','index':" + index
                + ",'offset':" + offset + "}}}";
    }
}

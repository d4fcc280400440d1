package io.iommuledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.standalone.Api.Reply;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * The same life under the default policies, driven through REST: at no step after its release does a DMA reach the peer,
 * while the peer is away a DMA faults, and afterwards all is as it was without the client having done anything.
 */
public final class SafeScenario {
    private static final long BAR_IOVA = 0x1000000;
    private static final long FILE_IOVA = 0x2000000;
    private static final Duration FAULT_LIMIT = Duration.ofSeconds(30);

    private final Api api;
    private final String host;
    private final String engine;
    private final String exporter;
    private final int bar;
    private final DeviceFile file;
    private final DmaView dma;
    private String context = "";
    private String mapping = "";
    private long position;

    /**
     * A file whose pages are device memory.
     *
     * @param read what a DMA of it finds
     */
    public record DeviceFile(String path, String read) {}

    /**
     * @param engine   device that does the DMA
     * @param exporter its peer
     * @param bar      of the exporter, at least 64 KiB
     */
    public SafeScenario(Api api, String host, String engine, String exporter, int bar, DeviceFile file, DmaView dma) {
        this.api = api;
        this.host = host;
        this.engine = engine;
        this.exporter = exporter;
        this.bar = bar;
        this.file = file;
        this.dma = dma;
    }

    public void run() {
        begin();
        switchOffAndOn();
        hotReset();
        sleepAndWake();
        takeAccessAway();
        deviceMemoryThroughAFile();
        release();
        faultsAreSeen();
        done(api.delete("hosts/" + host + "/contexts/" + context), 200);
    }

    /** A context in which the engine reaches the exporter's BAR. */
    public void begin() {
        attach();
        map();
    }

    /** A context with both devices and nothing mapped. */
    public void attach() {
        context = done(api.post("hosts/" + host + "/contexts", "{}"), 201).text("context");
        done(api.post(inContext("/devices"), "{\"device\":\"" + engine + "\"}"), 201);
        done(api.post(inContext("/devices"), "{\"device\":\"" + exporter + "\"}"), 201);
    }

    /** The engine reaches the exporter's BAR from here on. */
    public void map() {
        dma.tagBar("peer");
        mapping = done(api.post(inContext("/mappings"), """
                        {"iova":16777216,"size":"0x10000","access":"rw",
                         "backing":{"bar":{"device":"%s","index":%d,"offset":0}}}""".formatted(exporter, bar)), 201)
                .text("mapping");
        assertStands("ACTIVE", "MAPPED", "read peer:0");
    }

    private void switchOffAndOn() {
        done(api.put(ofExporter("/memory"), "{\"enabled\":false}"), 200);
        assertStands("REVOKED", "MEMORY_OFF", "fault");
        assertThat(zombies()).containsExactly(mapping);
        assertRefused(api.post(ofExporter("/resets"), "{\"method\":\"hot\"}"), "held-by-episode");
        done(api.put(ofExporter("/memory"), "{\"enabled\":true}"), 200);
        assertStands("ACTIVE", "RESTORED", "read peer:0");
    }

    private void hotReset() {
        JsonNode plan = done(api.post(ofExporter("/resets?dryRun=true"), "{\"method\":\"hot\"}"), 200)
                .body();
        assertThat(plan.path("effect").asString()).isEqualTo("suspended");
        assertThat(plan.path("mappings").path(0).path("mapping").asString()).isEqualTo(mapping);
        assertThat(plan.path("wouldBeRefused").asBoolean()).isFalse();
        Reply reset = done(api.post(ofExporter("/resets"), "{\"method\":\"hot\"}"), 200);
        assertStands("ACTIVE", "RESTORED", "read peer:0");
        JsonNode episode = query("resets?host=" + host).body().path("resets").values().stream()
                .filter(one -> one.path("id").asString().equals(reset.text("episode")))
                .findFirst()
                .orElseThrow();
        assertThat(episode.path("outcome").asString()).isEqualTo("ANSWERED");
        assertThat(episode.path("withdrawn").path("count").asLong()).isEqualTo(1);
        assertThat(episode.path("callNanos").asLong()).isPositive();
    }

    private void sleepAndWake() {
        done(api.put(ofExporter("/power"), "{\"state\":\"low\"}"), 200);
        assertStands("REVOKED", "LOW_POWER", "fault");
        done(api.put(ofExporter("/power"), "{\"state\":\"on\"}"), 200);
        assertStands("ACTIVE", "RESTORED", "read peer:0");
    }

    private void takeAccessAway() {
        done(api.patch("mappings/" + mapping, "{\"access\":\"none\"}"), 200);
        assertStands("REVOKED", "PERMISSION", "fault");
        assertThat(zombies()).isEmpty();
        done(api.patch("mappings/" + mapping, "{\"access\":\"rw\"}"), 200);
        assertStands("ACTIVE", "ACCESS_CHANGED", "read peer:0");
    }

    private void deviceMemoryThroughAFile() {
        String request = """
                {"iova":"0x2000000","size":4096,"access":"r","backing":{"file":{"path":"%s"}}}""".formatted(file.path());
        assertRefused(api.post(inContext("/mappings"), request), "policy-refused");
        assertThat(tainted()).isFalse();
        done(api.put("hosts/" + host + "/policies", "{\"mmio\":\"unsafe\"}"), 200);
        done(api.post(inContext("/mappings"), request), 201);
        assertReads(FILE_IOVA, file.read());
        done(api.delete(inContext("/mappings?iova=0x2000000&size=4096")), 200);
        done(api.put("hosts/" + host + "/policies", "{\"mmio\":\"strict\"}"), 200);
        assertThat(tainted()).isTrue();
    }

    private void release() {
        done(api.delete(inContext("/devices/" + exporter)), 200);
        assertStands("DROPPED", "DROPPED_BY_POLICY", "fault");
        done(api.delete(inContext("/devices/" + exporter + "?detach=true")), 200);
        assertReads(BAR_IOVA, "fault");
        assertThat(zombies()).isEmpty();
    }

    /** The kernel writes its line when it likes. */
    private void faultsAreSeen() {
        if (dma.read(BAR_IOVA).equals(DmaView.OUT_OF_SIGHT)) {
            return;
        }
        long deadline = System.nanoTime() + FAULT_LIMIT.toNanos();
        while (true) {
            JsonNode answer = api.get("hosts/" + host + "/faults?device=" + engine + "&iova=0x1000000")
                    .body();
            boolean joined = answer.path("faults").values().stream()
                    .anyMatch(fault -> fault.path("mapping").asString("").equals(mapping)
                            && fault.path("context").asString("").equals(context));
            if (joined) {
                return;
            }
            assertThat(System.nanoTime())
                    .as("no fault at the mapping: %s", answer)
                    .isLessThan(deadline);
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private boolean tainted() {
        return query("hosts/" + host + "/policies").body().path("tainted").asBoolean();
    }

    /** What the query side says of the mapping, beside what a DMA finds. */
    public void assertStands(String state, String cause, String read) {
        JsonNode now = query("mappings/" + mapping).body().path("mapping");
        assertThat(now.path("state").asString()).isEqualTo(state);
        assertThat(now.path("cause").asString()).isEqualTo(cause);
        assertReads(BAR_IOVA, read);
    }

    /** What a DMA finds where the mapping is or will be. */
    public void assertReads(String expected) {
        assertReads(BAR_IOVA, expected);
    }

    private void assertReads(long iova, String expected) {
        assertThat(dma.read(iova)).as("DMA read of " + Long.toHexString(iova)).isIn(expected, DmaView.OUT_OF_SIGHT);
    }

    private List<String> zombies() {
        return query("zombies?host=" + host).body().path("zombies").values().stream()
                .map(zombie -> zombie.path("id").asString())
                .toList();
    }

    private static void assertRefused(Reply reply, String type) {
        assertThat(reply.status()).as(reply.body().toString()).isEqualTo(409);
        assertThat(reply.text("type")).endsWith(type);
    }

    /** A query that sees everything done so far. */
    private Reply query(String path) {
        Reply reply = api.get(path + (path.contains("?") ? "&" : "?") + "wait=" + position);
        assertThat(reply.status()).as(reply.body().toString()).isEqualTo(200);
        return reply;
    }

    private Reply done(Reply reply, int status) {
        assertThat(reply.status()).as(reply.body().toString()).isEqualTo(status);
        assertThat(reply.text("outcome")).isEqualTo("succeeded");
        position = reply.position();
        return reply;
    }

    private String inContext(String path) {
        return "hosts/" + host + "/contexts/" + context + path;
    }

    private String ofExporter(String path) {
        return "hosts/" + host + "/devices/" + exporter + path;
    }

    public String mapping() {
        return mapping;
    }

    public String context() {
        return context;
    }
}

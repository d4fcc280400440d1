package io.iommuledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.standalone.Api.Reply;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * The life of a zombie, driven through REST: a peer's BAR is mapped, the peer is switched off and on, reset, released and
 * its group taken out, and only then is the mapping removed. After each step the query side's state of the mapping and
 * what a DMA really reads are held against each other.
 */
public final class ZombieScenario {
    private static final long MEMORY_IOVA = 0x100000;
    private static final long BAR_IOVA = 0x1000000;

    private final Api api;
    private final String host;
    private final String engine;
    private final String exporter;
    private final int bar;
    private final DmaView dma;
    private String context = "";
    private String mapping = "";
    private long position;

    /**
     * @param engine   device that does the DMA
     * @param exporter its peer
     * @param bar      of the exporter, at least 64 KiB
     */
    public ZombieScenario(Api api, String host, String engine, String exporter, int bar, DmaView dma) {
        this.api = api;
        this.host = host;
        this.engine = engine;
        this.exporter = exporter;
        this.bar = bar;
        this.dma = dma;
    }

    public void run() {
        attach();
        mapMemory();
        mapBar();
        switchOffAndOn();
        hotReset();
        release();
        detach();
        unmap();
        assertHistory();
    }

    private void attach() {
        context = done(api.post("hosts/" + host + "/contexts", "{}"), 201).text("context");
        done(api.post(inContext("/devices"), "{\"device\":\"" + engine + "\"}"), 201);
        done(api.post(inContext("/devices"), "{\"device\":\"" + exporter + "\"}"), 201);
        dma.tagBar("peer");
    }

    private void mapMemory() {
        Reply mapped = done(
                api.post(
                        inContext("/mappings"),
                        "{\"iova\":\"0x100000\",\"size\":16384,\"access\":\"rw\",\"backing\":{\"memory\":{}}}"),
                201);
        JsonNode now = mapping(mapped.text("mapping"));
        assertThat(now.path("state").asString()).isEqualTo("ACTIVE");
        String vaddr = now.path("backing").path("memory").path("vaddr").asString();
        dma.tagMemory(MEMORY_IOVA, Long.parseUnsignedLong(vaddr.substring(2), 16), "memory");
        assertReads(MEMORY_IOVA, "read memory");
    }

    private void mapBar() {
        Reply mapped = done(api.post(inContext("/mappings"), """
                        {"iova":16777216,"size":"0x10000","access":"rw",
                         "backing":{"bar":{"device":"%s","index":%d,"offset":0}}}""".formatted(exporter, bar)), 201);
        mapping = mapped.text("mapping");
        assertStands("ACTIVE", "MAPPED", "read peer:0");
        assertReads(BAR_IOVA + 0x3000, "read peer:3");
    }

    private void switchOffAndOn() {
        done(api.put(ofExporter("/memory"), "{\"enabled\":false}"), 200);
        assertStands("STALE", "MEMORY_OFF", "none");
        assertThat(zombies()).containsExactly(mapping);
        done(api.put(ofExporter("/memory"), "{\"enabled\":true}"), 200);
        assertStands("ACTIVE", "MEMORY_ON", "read peer:0");
        assertThat(zombies()).isEmpty();
    }

    private void hotReset() {
        Reply reset = done(api.post(ofExporter("/resets"), "{\"method\":\"hot\"}"), 200);
        assertThat(reset.body().path("affected").values().stream().map(JsonNode::asString))
                .contains(exporter);
        JsonNode episode = first(query("resets?host=" + host), "resets", "id", reset.text("episode"));
        assertThat(episode.path("kind").asString()).isEqualTo("HOT_RESET");
        assertThat(episode.path("outcome").asString()).isEqualTo("ANSWERED");
        assertThat(episode.path("affected")).isEqualTo(reset.body().path("affected"));
        assertThat(episode.path("began").path("position").asLong())
                .isLessThan(episode.path("ended").path("position").asLong());
        assertThat(episode.path("mappings").values().stream().map(JsonNode::asString))
                .containsExactly(mapping);
        assertStands("ACTIVE", "RESET_ENDED", "read peer:0");
    }

    private void release() {
        String device = inContext("/devices/" + exporter);
        done(api.delete(device), 200);
        assertStands("ORPHANED", "EXPORTER_RELEASED", "read peer:0");
        Reply again = api.delete(device);
        assertThat(again.status()).as(again.body().toString()).isEqualTo(409);
        assertThat(again.text("type")).endsWith("device-not-open");
        assertThat(zombies()).containsExactly(mapping);
    }

    private void detach() {
        done(api.delete(inContext("/devices/" + exporter + "?detach=true")), 200);
        assertStands("ORPHANED", "EXPORTER_RELEASED", "read peer:0");
    }

    private void unmap() {
        Reply unmapped = done(api.delete(inContext("/mappings?iova=0x1000000&size=65536")), 200);
        assertThat(unmapped.body().path("unmappedBytes").asLong()).isEqualTo(65536);
        assertStands("UNMAPPED", "UNMAPPED", "fault");
        assertThat(zombies()).isEmpty();
        assertReads(MEMORY_IOVA, "read memory");
    }

    private void assertHistory() {
        List<String> states = new ArrayList<>();
        long end = -1;
        for (JsonNode interval : query("mappings/" + mapping + "/history")
                .body()
                .path("intervals")
                .values()) {
            states.add(interval.path("state").asString());
            long from = interval.path("from").path("position").asLong();
            assertThat(end == -1 || end == from)
                    .as("interval begins where the last one ended")
                    .isTrue();
            end = interval.path("to").path("position").asLong(-1);
        }
        assertThat(states)
                .containsExactly("REQUESTED", "ACTIVE", "STALE", "ACTIVE", "STALE", "ACTIVE", "ORPHANED", "UNMAPPED");
        done(api.delete("hosts/" + host + "/contexts/" + context), 200);
    }

    private void assertStands(String state, String cause, String read) {
        JsonNode now = mapping(mapping);
        assertThat(now.path("state").asString()).isEqualTo(state);
        assertThat(now.path("cause").asString()).isEqualTo(cause);
        assertReads(BAR_IOVA, read);
    }

    private void assertReads(long iova, String expected) {
        assertThat(dma.read(iova)).as("DMA read of " + Long.toHexString(iova)).isIn(expected, DmaView.OUT_OF_SIGHT);
    }

    private JsonNode mapping(String id) {
        return first(query(inContext("/mappings?state=all")), "mappings", "id", id);
    }

    private List<String> zombies() {
        return query("zombies?host=" + host).body().path("zombies").values().stream()
                .map(zombie -> zombie.path("id").asString())
                .toList();
    }

    /** A query that sees everything done so far. */
    private Reply query(String path) {
        Reply reply = api.get(path + (path.contains("?") ? "&" : "?") + "wait=" + position);
        assertThat(reply.status()).as(reply.body().toString()).isEqualTo(200);
        assertThat(reply.position()).isGreaterThanOrEqualTo(position);
        return reply;
    }

    private Reply done(Reply reply, int status) {
        assertThat(reply.status()).as(reply.body().toString()).isEqualTo(status);
        assertThat(reply.text("outcome")).isEqualTo("succeeded");
        position = reply.position();
        return reply;
    }

    private static JsonNode first(Reply reply, String list, String field, String value) {
        return reply.body().path(list).values().stream()
                .filter(one -> one.path(field).asString("").equals(value))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + value + " in " + reply.body()));
    }

    private String inContext(String path) {
        return "hosts/" + host + "/contexts/" + context + path;
    }

    private String ofExporter(String path) {
        return "hosts/" + host + "/devices/" + exporter + path;
    }
}

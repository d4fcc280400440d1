package io.iommuledger.cli.table;

import java.time.Duration;
import java.time.Instant;
import tools.jackson.databind.JsonNode;

/** Parts of what answers say of mappings. */
final class Mapped {

    private Mapped() {}

    static String backing(JsonNode backing) {
        JsonNode bar = backing.path("bar");
        if (bar.isObject()) {
            return "%s BAR %s + %s".formatted(Form.text(bar.path("device")), Form.text(bar.path("index")), offset(bar));
        }
        JsonNode file = backing.path("file");
        if (file.isObject()) {
            return Form.text(file.path("path")) + " + " + offset(file)
                    + (file.path("deviceMemory").asBoolean(false) ? " (device memory)" : "");
        }
        JsonNode memory = backing.path("memory");
        return memory.has("region")
                ? "region " + Form.text(memory.path("region")) + " + " + offset(memory)
                : "memory at " + Form.text(memory.path("vaddr"));
    }

    /** Without the zeros before it: it is no address. */
    private static String offset(JsonNode part) {
        return "0x" + Form.text(part.path("offset")).replaceFirst("^0x0*(?=.)", "");
    }

    static String exposure(JsonNode mapping, Instant now) {
        JsonNode exposure = mapping.path("exposure");
        if (!exposure.isObject()) {
            return "";
        }
        String least = lasting(exposure.path("atLeastNanos"));
        if (exposure.has("atMostNanos")) {
            return least + " to " + lasting(exposure.path("atMostNanos"));
        }
        if (exposure.path("ended").asBoolean(false)) {
            return "at least " + least;
        }
        return mapping.has("exposedSince")
                ? Amounts.since(Form.text(mapping.path("exposedSince")), now) + " so far"
                : "at least " + least + " so far";
    }

    static String zombie(JsonNode mapping, Instant now) {
        String since = Form.text(mapping.path("zombieSince"));
        return mapping.has("zombieUntil")
                ? Amounts.between(since, Form.text(mapping.path("zombieUntil")))
                : Amounts.since(since, now);
    }

    private static String lasting(JsonNode nanos) {
        return Amounts.lasting(Duration.ofNanos(Long.parseLong(Form.text(nanos))));
    }
}

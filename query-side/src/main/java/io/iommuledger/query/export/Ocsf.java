package io.iommuledger.query.export;

import io.iommuledger.protocol.Release;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * OCSF 1.3, class Base Event with activity Other: no class of the schema is about DMA mappings, and those that are near
 * require what a record does not know. What has no attribute there is in {@code unmapped}.
 */
final class Ocsf implements Format {
    private static final String VERSION = "1.3.0";
    private static final int BASE_EVENT = 0;
    private static final int OTHER = 99;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final JsonMapper json;

    Ocsf(JsonMapper json) {
        this.json = json;
    }

    @Override
    public String mediaType() {
        return "application/x-ndjson";
    }

    @Override
    public String line(Exported record) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("category_uid", 0);
        event.put("category_name", "Uncategorized");
        event.put("class_uid", BASE_EVENT);
        event.put("class_name", "Base Event");
        event.put("activity_id", OTHER);
        event.put("activity_name", record.event().type());
        event.put("type_uid", BASE_EVENT * 100 + OTHER);
        event.put("type_name", "Base Event: Other");
        event.put("time", Math.floorDiv(record.nanos(), NANOS_PER_MILLI));
        event.put("severity_id", record.kind().severity().ocsf());
        event.put("severity", record.kind().severity().word());
        event.put("status_id", record.kind().status().ocsfId());
        event.put("status", record.kind().status().ocsf());
        event.put("message", record.title());
        event.put("metadata", metadata(record));
        // A device and an actor are of the profile "host".
        record.host().ifPresent(host -> event.put("device", device(host)));
        record.principal().ifPresent(principal -> event.put("actor", Map.of("user", Map.of("uid", principal))));
        event.put("unmapped", unmapped(record));
        return json.writeValueAsString(event);
    }

    private static Map<String, Object> device(String host) {
        Map<String, Object> device = new LinkedHashMap<>();
        device.put("hostname", host);
        device.put("type_id", 0);
        return device;
    }

    private static Map<String, Object> metadata(Exported record) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("version", VERSION);
        metadata.put("profiles", List.of("host"));
        metadata.put("product", product());
        metadata.put("uid", record.event().id());
        metadata.put("event_code", record.event().type());
        metadata.put("sequence", record.position());
        metadata.put("original_time", record.time());
        record.stored().ifPresent(stored -> {
            metadata.put("log_name", stored.stream());
            metadata.put("logged_time", Math.floorDiv(stored.nanos(), NANOS_PER_MILLI));
        });
        record.operation().ifPresent(operation -> metadata.put("correlation_uid", operation));
        return metadata;
    }

    private static Map<String, Object> product() {
        Map<String, Object> product = new LinkedHashMap<>();
        product.put("vendor_name", Product.VENDOR);
        product.put("name", Product.NAME);
        product.put("version", Release.VERSION);
        return product;
    }

    private static Map<String, Object> unmapped(Exported record) {
        Map<String, Object> unmapped = new LinkedHashMap<>();
        unmapped.put("evidence", record.kind().evidence().word());
        unmapped.put("position", record.position());
        record.stored().ifPresent(stored -> {
            unmapped.put("sequence", stored.sequence());
            unmapped.put("signed", stored.signed());
        });
        record.device().ifPresent(device -> unmapped.put("pci_address", device));
        unmapped.putAll(record.content());
        return unmapped;
    }
}

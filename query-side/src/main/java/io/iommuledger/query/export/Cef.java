package io.iommuledger.query.export;

import io.iommuledger.protocol.Release;
import tools.jackson.databind.json.JsonMapper;

/**
 * ArcSight's Common Event Format, version 0. Keys are those of its dictionary; what has none is in the custom ones, each of
 * which has its label. {@code msg} is the content as JSON.
 */
final class Cef implements Format {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final JsonMapper json;

    Cef(JsonMapper json) {
        this.json = json;
    }

    @Override
    public String mediaType() {
        return "text/plain;charset=UTF-8";
    }

    @Override
    public String line(Exported record) {
        StringBuilder line = new StringBuilder("CEF:0");
        header(line, Product.VENDOR);
        header(line, Product.NAME);
        header(line, Release.VERSION);
        header(line, record.event().type());
        header(line, record.title());
        header(line, Integer.toString(record.kind().severity().cef()));
        line.append('|');
        extension(record, new Extension(line));
        return line.toString();
    }

    private void extension(Exported record, Extension extension) {
        extension.put("start", Long.toString(Math.floorDiv(record.nanos(), NANOS_PER_MILLI)));
        record.stored()
                .ifPresent(
                        stored -> extension.put("rt", Long.toString(Math.floorDiv(stored.nanos(), NANOS_PER_MILLI))));
        record.host().ifPresent(host -> extension.put("dvchost", host));
        record.principal().ifPresent(principal -> extension.put("suid", principal));
        extension.put("outcome", record.kind().status().word());
        extension.put("externalId", record.event().id());
        extension.labelled("cn1", "position", Long.toString(record.position()));
        record.stored().ifPresent(stored -> {
            extension.labelled("cn2", "sequence", Long.toString(stored.sequence()));
            extension.labelled("cs1", "stream", stored.stream());
            extension.labelled("cs2", "signed", Boolean.toString(stored.signed()));
        });
        extension.labelled("cs3", "evidence", record.kind().evidence().word());
        extension.labelled("cs4", "time", record.time());
        record.device().ifPresent(device -> extension.labelled("cs5", "pciAddress", device));
        record.operation().ifPresent(operation -> extension.labelled("cs6", "operation", operation));
        extension.put("msg", json.writeValueAsString(record.content()));
    }

    /** A header's field ends at a pipe, and has no line breaks. */
    private static void header(StringBuilder line, String value) {
        line.append('|').append(escapedInHeader(value));
    }

    static String escapedInHeader(String value) {
        return value.replace("\\", "\\\\")
                .replace("|", "\\|")
                .replace('\n', ' ')
                .replace('\r', ' ');
    }

    static String escapedInExtension(String value) {
        return value.replace("\\", "\\\\")
                .replace("=", "\\=")
                .replace("\n", "\\n")
                .replace("\r", "\\r");
    }

    /** Keys and values with blanks between them. */
    private static final class Extension {
        private final StringBuilder line;
        private boolean any;

        Extension(StringBuilder line) {
            this.line = line;
        }

        void put(String key, String value) {
            line.append(any ? " " : "").append(key).append('=').append(escapedInExtension(value));
            any = true;
        }

        void labelled(String key, String label, String value) {
            put(key + "Label", label);
            put(key, value);
        }
    }
}

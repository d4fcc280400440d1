package io.iommuledger.query.export;

import io.iommuledger.protocol.Release;
import java.util.function.Function;
import tools.jackson.databind.json.JsonMapper;

/**
 * RFC 5424, facility <i>log audit</i>. What tells records apart is structured data; the message is for people, or another
 * format that travels in it. A collector may cut long messages, and structured data stand before them.
 */
final class Syslog implements Format {
    private static final int LOG_AUDIT = 13;

    /** The number that IANA keeps for examples (RFC 5612): the product has none of its own. */
    private static final String ID = "ledger@32473";

    private static final String NIL = "-";
    private static final int LONGEST_ID = 32;

    /** RFC 5424: a message that begins so is UTF-8. */
    private static final String BOM = "\uFEFF";

    private static final int LAST_OF_MICROS = "2026-01-01T00:00:00.000000".length();

    private final Function<Exported, String> message;

    private Syslog(Function<Exported, String> message) {
        this.message = message;
    }

    /** With a message in words, and what the record says as JSON. */
    static Syslog inWords(JsonMapper json) {
        return new Syslog(
                record -> BOM + withoutControls(record.title()) + " " + json.writeValueAsString(record.content()));
    }

    /** With a CEF event as the message, which collectors of CEF look for at its very beginning. */
    static Syslog carrying(Cef cef) {
        return new Syslog(cef::line);
    }

    @Override
    public String mediaType() {
        return "text/plain;charset=UTF-8";
    }

    @Override
    public String line(Exported record) {
        return "<" + (LOG_AUDIT * 8 + record.kind().severity().syslog()) + ">1 "
                + time(record)
                + " "
                + record.host().orElse(NIL)
                + " " + Product.NAME + " - "
                + shortened(record.event().type())
                + " "
                + structuredData(record)
                + " " + message.apply(record);
    }

    /** Six digits of a second are all that RFC 5424 allows. */
    private static String time(Exported record) {
        return record.time().substring(0, LAST_OF_MICROS) + "Z";
    }

    private static String structuredData(Exported record) {
        StringBuilder data = new StringBuilder("[").append(ID);
        parameter(data, "position", Long.toString(record.position()));
        record.stored().ifPresent(stored -> {
            parameter(data, "stream", stored.stream());
            parameter(data, "sequence", Long.toString(stored.sequence()));
            parameter(data, "signed", Boolean.toString(stored.signed()));
        });
        parameter(data, "type", record.event().type());
        parameter(data, "id", record.event().id());
        parameter(data, "time", record.time());
        parameter(data, "evidence", record.kind().evidence().word());
        parameter(data, "status", record.kind().status().word());
        record.device().ifPresent(device -> parameter(data, "device", device));
        record.principal().ifPresent(principal -> parameter(data, "principal", principal));
        record.operation().ifPresent(operation -> parameter(data, "operation", operation));
        return data.append("][origin software=\"")
                .append(Product.NAME)
                .append("\" swVersion=\"")
                .append(Release.VERSION)
                .append("\"]")
                .toString();
    }

    private static void parameter(StringBuilder data, String name, String value) {
        data.append(' ').append(name).append("=\"").append(escaped(value)).append('"');
    }

    static String escaped(String value) {
        return withoutControls(value.replace("\\", "\\\\").replace("\"", "\\\"").replace("]", "\\]"));
    }

    /** A control character, which may be the end of a line to a collector, is none that the ledger's names have. */
    private static String withoutControls(String value) {
        return value.replaceAll("\\p{Cntrl}", "\uFFFD");
    }

    /** MSGID has visible ASCII only. */
    private static String shortened(String type) {
        String visible = type.replaceAll("[^!-~]", "?");
        return visible.isEmpty() ? NIL : visible.substring(0, Math.min(visible.length(), LONGEST_ID));
    }
}

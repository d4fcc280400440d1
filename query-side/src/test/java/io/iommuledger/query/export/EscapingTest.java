package io.iommuledger.query.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import tools.jackson.databind.JsonNode;

/** Whatever text a record has comes out of a parser that knows nothing of how it was written. */
class EscapingTest {

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.strings()
                .withChars("\\|=\"][ \n\r\tn,{}:<>é\u2028\uFEFF")
                .withCharRange('a', 'e')
                .ofMaxLength(24);
    }

    @Property
    void cef(
            @ForAll("texts") String type,
            @ForAll("texts") String id,
            @ForAll("texts") String principal,
            @ForAll("texts") String text) {
        String line = Lines.FORMATS.named("cef").line(Lines.named(type, id, principal, text));
        assertThat(line).doesNotContain("\n").doesNotContain("\r");
        List<String> header = CefParser.header(line);
        assertThat(header).hasSize(8);
        assertThat(header.get(0)).isEqualTo("CEF:0");
        assertThat(header.get(4)).isEqualTo(type.replace('\n', ' ').replace('\r', ' '));
        Map<String, String> extension = CefParser.extension(header.get(7));
        assertThat(extension.get("externalId")).isEqualTo(id);
        assertThat(extension.get("suid")).isEqualTo(principal);
        assertThat(extension.get("cs1")).isEqualTo(id);
        assertThat(said(extension.getOrDefault("msg", ""))).isEqualTo(text);
    }

    @Property
    void syslog(
            @ForAll("texts") String type,
            @ForAll("texts") String id,
            @ForAll("texts") String principal,
            @ForAll("texts") String text) {
        String line = Lines.FORMATS.named("syslog").line(Lines.named(type, id, principal, text));
        assertThat(line).doesNotContain("\n").doesNotContain("\r");
        Map<String, String> parameters = SyslogParser.parameters(line);
        assertThat(parameters.get("id")).isEqualTo(withoutControls(id));
        assertThat(parameters.get("type")).isEqualTo(withoutControls(type));
        assertThat(parameters.get("principal")).isEqualTo(withoutControls(principal));
        String message = SyslogParser.message(line);
        assertThat(message).startsWith("\uFEFF");
        assertThat(said(message.substring(message.indexOf("{\"fact\"")))).isEqualTo(text);
    }

    @Property
    void json(@ForAll("texts") String type, @ForAll("texts") String id, @ForAll("texts") String text) {
        Exported record = Lines.named(type, id, "p-1", text);
        JsonNode ocsf = Lines.JSON.readTree(Lines.FORMATS.named("ocsf").line(record));
        assertThat(ocsf.path("metadata").path("uid").asString()).isEqualTo(id);
        assertThat(ocsf.path("unmapped").path("fact").path("text").asString()).isEqualTo(text);
        String envelope = Lines.FORMATS.named("cloudevents").line(record);
        assertThat(envelope).doesNotContain("\n");
        assertThat(Lines.JSON.readTree(envelope).path("type").asString()).isEqualTo(type);
    }

    private static String said(String json) {
        return Lines.JSON.readTree(json).path("fact").path("text").asString();
    }

    private static String withoutControls(String text) {
        return text.replaceAll("[\n\r\t]", "\uFFFD");
    }

    /** By the implementation standard: a pipe ends a header's field, an equals sign a key, and a backslash takes both back. */
    private static final class CefParser {

        static List<String> header(String line) {
            List<String> fields = new ArrayList<>();
            StringBuilder field = new StringBuilder();
            int i = 0;
            while (fields.size() < 7) {
                char c = line.charAt(i++);
                if (c == '\\') {
                    field.append(line.charAt(i++));
                } else if (c == '|') {
                    fields.add(field.toString());
                    field.setLength(0);
                } else {
                    field.append(c);
                }
            }
            fields.add(line.substring(i));
            return fields;
        }

        static Map<String, String> extension(String text) {
            Map<String, String> pairs = new LinkedHashMap<>();
            int equals = nextEquals(text, 0);
            int keyBegin = 0;
            while (equals < text.length()) {
                int next = nextEquals(text, equals + 1);
                int end = next < text.length() ? text.lastIndexOf(' ', next) : text.length();
                pairs.put(text.substring(keyBegin, equals), unescaped(text.substring(equals + 1, end)));
                keyBegin = end + 1;
                equals = next;
            }
            return pairs;
        }

        private static int nextEquals(String text, int from) {
            int i = from;
            while (i < text.length() && text.charAt(i) != '=') {
                i += text.charAt(i) == '\\' ? 2 : 1;
            }
            return Math.min(i, text.length());
        }

        private static String unescaped(String value) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < value.length(); i++) {
                char c = value.charAt(i);
                if (c == '\\') {
                    char escaped = value.charAt(++i);
                    text.append(
                            switch (escaped) {
                                case 'n' -> '\n';
                                case 'r' -> '\r';
                                default -> escaped;
                            });
                } else {
                    text.append(c);
                }
            }
            return text.toString();
        }
    }

    /** By RFC 5424, 6: six fields of the header, structured data, and the rest. */
    private static final class SyslogParser {

        static Map<String, String> parameters(String line) {
            Map<String, String> parameters = new LinkedHashMap<>();
            int i = begin(line) + 1;
            while (line.charAt(i) != ' ' && line.charAt(i) != ']') {
                i++;
            }
            while (line.charAt(i) == ' ') {
                int equals = line.indexOf('=', i);
                String name = line.substring(i + 1, equals);
                StringBuilder value = new StringBuilder();
                i = equals + 2;
                while (line.charAt(i) != '"') {
                    if (line.charAt(i) == '\\' && "\"\\]".indexOf(line.charAt(i + 1)) >= 0) {
                        i++;
                    }
                    value.append(line.charAt(i++));
                }
                parameters.put(name, value.toString());
                i++;
            }
            return parameters;
        }

        static String message(String line) {
            int i = begin(line);
            boolean quoted = false;
            while (quoted || line.charAt(i) != ']' || line.charAt(i + 1) != ' ') {
                if (line.charAt(i) == '\\') {
                    i++;
                } else if (line.charAt(i) == '"') {
                    quoted = !quoted;
                }
                i++;
            }
            return line.substring(i + 2);
        }

        /** Of the first element, behind the sixth blank. */
        private static int begin(String line) {
            int at = -1;
            for (int blanks = 0; blanks < 6; blanks++) {
                at = line.indexOf(' ', at + 1);
            }
            return at + 1;
        }
    }
}

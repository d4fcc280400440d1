package io.iommuledger.query.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Every format's very lines: whoever reads them on the other side has written a parser for them. */
class FormatsTest {

    @ParameterizedTest
    @ValueSource(strings = {"ocsf", "cef", "syslog", "cef-syslog", "cloudevents"})
    void writesTheLinesThatItAlwaysWrote(String format) throws IOException {
        String lines = Lines.samples().stream()
                .map(Lines.FORMATS.named(format)::line)
                .collect(Collectors.joining("\n", "", "\n"));
        assertThat(lines).isEqualTo(golden(format, lines));
    }

    @Test
    void whatWasOnlyAskedOrIsInferredSaysSoInEachFormat() {
        for (String format : List.of("ocsf", "cef", "syslog", "cef-syslog", "cloudevents")) {
            List<String> lines = Lines.samples().stream()
                    .map(Lines.FORMATS.named(format)::line)
                    .toList();
            assertThat(lines.get(0)).as(format).contains("asked");
            assertThat(lines.get(1)).as(format).contains("observed");
            assertThat(lines.get(3)).as(format).contains("inferred");
            assertThat(lines.get(6)).as(format).contains("unknown");
        }
    }

    @Test
    void anOcsfEventHasWhatItsClassRequires() {
        for (Exported record : Lines.samples()) {
            JsonNode event = Lines.JSON.readTree(Lines.FORMATS.named("ocsf").line(record));
            for (String required : List.of(
                    "activity_id", "category_uid", "class_uid", "metadata", "severity_id", "time", "type_uid")) {
                assertThat(event.has(required)).as(required).isTrue();
            }
            assertThat(event.path("type_uid").asInt())
                    .isEqualTo(event.path("class_uid").asInt() * 100
                            + event.path("activity_id").asInt());
            assertThat(event.path("metadata").path("version").asString()).matches("\\d+\\.\\d+\\.\\d+");
            assertThat(event.path("metadata").path("product").path("name").asString())
                    .isNotEmpty();
        }
    }

    @Test
    void refusesAFormatThatItDoesNotHave() {
        assertThatThrownBy(() -> Lines.FORMATS.named("leef")).hasMessageContaining("leef");
    }

    /** Creates what is missing if it is asked to ({@code -Dgolden.write=true}), and overwrites nothing. */
    private static String golden(String format, String lines) throws IOException {
        Path file = Path.of("src", "test", "resources", "export", format + ".txt");
        if (Boolean.getBoolean("golden.write") && Files.notExists(file)) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, lines);
        }
        return Files.readString(file);
    }
}

package io.iommuledger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An answer about one host, or about one thing of it, says which is tainted, and what nobody knows. */
class OneHostTest {
    private static final String MAPPING = """
            {"position":42,"completeness":{"state":"complete"},"pinned":"/api/v1/mappings/rack.7.3-15?at=42",\
            "tainted":true,"mapping":{"id":"rack.7.3-15","state":"UNKNOWN"%s}}""";

    @ParameterizedTest
    @CsvSource({
        "/api/v1/hosts/rack.7/p2p?at=42",
        "/api/v1/mappings/rack.7.3-15?at=42",
        "/api/v1/resets/rack.7.3-r2?at=42",
        "/api/v1/mappings?exporter=0000:3b:00.0&host=rack.7&at=42"
    })
    void theTaintedHostHasAName(String pinned) throws IOException {
        String answer = """
                {"position":42,"completeness":{"state":"complete"},"pinned":"%s","tainted":true,"truncated":false,\
                "edges":[]}""".formatted(pinned);
        try (ScriptedServer server = new ScriptedServer().answers("hosts/rack.7/p2p", answer)) {
            assertThat(Ran.piped(server, "p2p", "--host", "rack.7").err()).contains("host rack.7 TAINTED");
        }
    }

    @Test
    void whatNobodyKnowsOfAMappingIsMarkedSo() throws IOException {
        try (ScriptedServer server = new ScriptedServer().answers("mappings/rack.7.3-15", MAPPING.formatted(""))) {
            assertThat(Ran.piped(server, "mappings", "rack.7.3-15").out()).containsPattern("(?m)^exposes +\\?$");
        }
        try (ScriptedServer server =
                new ScriptedServer().answers("mappings/rack.7.3-15", MAPPING.formatted(",\"exposes\":false"))) {
            assertThat(Ran.piped(server, "mappings", "rack.7.3-15").out()).containsPattern("(?m)^exposes +false$");
        }
    }
}

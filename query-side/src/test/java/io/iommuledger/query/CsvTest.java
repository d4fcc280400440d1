package io.iommuledger.query;

import static org.assertj.core.api.Assertions.assertThat;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import io.iommuledger.lifecycle.fact.FactsLost;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.OperationRequested;
import io.iommuledger.web.csv.CsvConverter;
import io.iommuledger.web.csv.ListAnswer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;

/** Lists as CSV say what they say as JSON. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class CsvTest {
    private static final Pattern NEXT = Pattern.compile("<(/api/v1/[^>]*)>; rel=\"next\"");
    private static final Path DOCUMENTED = Path.of("../docs/csv.md");

    private final HttpClient http = HttpClient.newHttpClient();
    private final Log log;
    private final Rest rest;
    private final int port;
    private final RequestMappingHandlerMapping handlers;

    CsvTest(
            @Autowired Log log,
            @Autowired RequestMappingHandlerMapping requestMappingHandlerMapping,
            @LocalServerPort int port) {
        this.log = log;
        this.rest = new Rest(port);
        this.port = port;
        this.handlers = requestMappingHandlerMapping;
    }

    @Test
    void hasALineForEachElementWithNestedValuesBehindDots() throws Exception {
        Log.Agent agent = log.agent("lines", 1);
        Facts.prepare(agent, Facts.BOOT);
        Facts.mapMemory(agent, 1, IovaRange.ofSize(0x20_0000, 0x1000));
        long position = Facts.mapBar(agent, 2, IovaRange.ofSize(0x10_0000, 0x1000));
        rest.await(position);
        JsonNode mappings = rest.ok("mappings?iova=0-0xffffffffffffffff&host=lines&at=" + position)
                .path("mappings");
        HttpResponse<String> answer =
                get("/api/v1/mappings?iova=0-0xffffffffffffffff&host=lines&format=csv&at=" + position);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/csv;charset=UTF-8");
        assertThat(answer.headers().firstValue("Ledger-Position")).hasValue(Long.toString(position));
        List<NamedCsvRecord> lines = lines(answer.body());
        assertThat(lines).hasSize(2);
        for (int i = 0; i < 2; i++) {
            JsonNode mapping = mappings.path(i);
            NamedCsvRecord line = lines.get(i);
            assertThat(line.getField("id")).isEqualTo(mapping.path("id").asString());
            assertThat(line.getField("size")).isEqualTo("4096");
            assertThat(line.getField("zombie")).isEqualTo("false");
            assertThat(line.getField("backing.bar.device"))
                    .isEqualTo(
                            mapping.path("backing").path("bar").path("device").asString(""));
            assertThat(line.getField("backing.memory.vaddr"))
                    .isEqualTo(
                            mapping.path("backing").path("memory").path("vaddr").asString(""));
            assertThat(line.getField("importers")).isEqualTo(String.join(" ", texts(mapping.path("importers"))));
        }
    }

    @Test
    void everyListSaysInAHeaderWhoseHostsAreTainted() throws Exception {
        Facts.prepare(log.agent("csv-weak", 1), Facts.BOOT);
        Log.Agent strong = log.agent("csv-strong", 1);
        rest.await(strong.append(Facts.epochBegan(Facts.BOOT, Policies.DEFAULT)));
        assertThat(header("hosts/csv-weak/devices", "Ledger-Tainted")).isEqualTo("true");
        assertThat(header("hosts/csv-strong/devices", "Ledger-Tainted")).isEqualTo("false");
        for (String list : List.of("zombies", "hosts", "alarms", "events")) {
            assertThat(header(list, "Ledger-Tainted-Hosts").split(" ", -1))
                    .as(list)
                    .contains("csv-weak")
                    .doesNotContain("csv-strong");
        }
        assertThat(header("alarms?host=csv-strong", "Ledger-Tainted-Hosts")).isEmpty();
    }

    /** Else a list that is empty because nothing is known looks like one that is empty because nothing is there. */
    @Test
    void whatIsMissingAndUnknownIsCountedInHeaders() throws Exception {
        Log.Agent agent = log.agent("csv-lossy", 1);
        Facts.prepare(agent, Facts.BOOT);
        Facts.mapMemory(agent, 1, IovaRange.ofSize(0x20_0000, 0x1000));
        rest.await(agent.append(new FactsLost(3, "no room", false)));
        String reaching = "physical?host=csv-lossy&address=0x1000&access=any";
        assertThat(rest.ok(reaching).path("unknown").path("mappings").intValue())
                .isEqualTo(1);
        assertThat(header(reaching, "Ledger-Unknown")).isEqualTo("1");
        assertThat(header(reaching, "Ledger-Completeness")).isEqualTo("gap; missing=3");
        assertThat(header("zombies?host=csv-lossy", "Ledger-Unknown")).isEqualTo("(none)");
    }

    private String header(String path, String name) throws Exception {
        return get("/api/v1/" + path + (path.contains("?") ? "&" : "?") + "format=csv")
                .headers()
                .firstValue(name)
                .orElse("(none)");
    }

    @Test
    void comesInPagesWhoseHeadersLeadOn() throws Exception {
        Log.Agent agent = log.agent("pages", 1);
        Facts.prepare(agent, Facts.BOOT);
        for (int number = 1; number <= 5; number++) {
            rest.await(Facts.mapMemory(agent, number, IovaRange.ofSize((long) number << 20, 0x1000)));
        }
        List<String> ids = new ArrayList<>();
        Optional<String> next = Optional.of("/api/v1/hosts/pages/contexts/1-1/mappings?limit=2&format=csv");
        while (next.isPresent()) {
            HttpResponse<String> answer = get(next.get());
            lines(answer.body()).forEach(line -> ids.add(line.getField("id")));
            next = next(answer);
        }
        assertThat(ids).containsExactly("pages.1-1", "pages.1-2", "pages.1-3", "pages.1-4", "pages.1-5");
        HttpResponse<String> log1 = get("/api/v1/events?host=pages&limit=1&format=csv");
        assertThat(lines(log1.body()).getFirst().getField("fact")).startsWith("{\"instance\":");
        HttpResponse<String> log2 = get(next(log1).orElseThrow());
        assertThat(lines(log2.body()).getFirst().getField("type")).isEqualTo("host.device-discovered");
    }

    @Test
    void givesNoSpreadsheetAFormulaAndAlwaysAHeader() throws Exception {
        Log.Agent agent = log.agent("formula", 1);
        UUID operation = new UUID(77, 1);
        log.append(new OperationRequested(
                operation, new StreamId(new HostId("formula"), 1), "=1+1", new Instruction.OpenContext(), 1));
        Facts.prepare(agent, Facts.BOOT);
        rest.await(agent.append(
                Optional.of(operation),
                new MapRequested(
                        1, 1, IovaRange.ofSize(0, 0x1000), DmaAccess.READ, new Backing.Memory(0x7f00_0000_0000L)),
                new Mapped(agent.next(), 1)));
        assertThat(lines(get("/api/v1/mappings?iova=0-0xffffffffffffffff&host=formula&format=csv")
                                .body())
                        .getFirst()
                        .getField("principal"))
                .isEqualTo("'=1+1");
        assertThat(get("/api/v1/zombies?host=formula&format=csv").body()).startsWith("id,host,context,iova,");
    }

    @Test
    void refusesFormatsAndAnswersThatAreNoList() throws Exception {
        HttpResponse<String> unknown = get("/api/v1/zombies?format=xml");
        assertThat(unknown.statusCode()).isEqualTo(400);
        assertThat(unknown.body()).contains("format is 'xml'; expected json or csv");
        log.agent("nolist", 1).append(Facts.epochBegan(Facts.BOOT));
        assertThat(get("/api/v1/hosts/nolist/policies?format=csv").statusCode()).isEqualTo(400);
        HttpResponse<String> refused = get("/api/v1/zombies?format=csv&exposes=perhaps");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    }

    @Test
    void everyListHasItsColumnsInTheDocumentation() throws Exception {
        TreeMap<String, String> columns = new TreeMap<>();
        handlers.getHandlerMethods()
                .forEach((mapping, handler) -> ListAnswer.of(handler.getMethod().getReturnType())
                        .ifPresent(list -> columns.put(
                                mapping.getPatternValues().iterator().next().substring("/api/v1/".length()),
                                String.join(", ", CsvConverter.columnsOf(list.element())))));
        StringBuilder table = new StringBuilder("| list | columns |\n|---|---|\n");
        columns.forEach((path, names) ->
                table.append("| `").append(path).append("` | ").append(names).append(" |\n"));
        assertThat(Files.readString(DOCUMENTED)).contains(table.toString());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static Optional<String> next(HttpResponse<String> answer) {
        return answer.headers().allValues("Link").stream()
                .map(NEXT::matcher)
                .filter(Matcher::matches)
                .map(link -> link.group(1))
                .findFirst();
    }

    private static List<NamedCsvRecord> lines(String csv) {
        return CsvReader.builder().ofNamedCsvRecord(csv).stream().toList();
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(one -> texts.add(one.asString()));
        return texts;
    }
}

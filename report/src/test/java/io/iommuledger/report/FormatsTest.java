package io.iommuledger.report;

import static org.assertj.core.api.Assertions.assertThat;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import java.util.concurrent.TimeUnit;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The same report in each of its forms. */
class FormatsTest {

    private static String text(Format format, int rows) throws IOException {
        return new String(Told.as(format, rows), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void theSameHasTheSameBytesWhateverTheMachineIsSetTo(Format format) throws IOException, InterruptedException {
        byte[] here = Told.as(format, 30);
        Locale locale = Locale.getDefault();
        TimeZone zone = TimeZone.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-SA-u-nu-arab"));
            TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Kiritimati"));
            // A clock that got into the file would show: the dates of PDF have seconds.
            awaitAnotherSecond();
            assertThat(Told.as(format, 30)).isEqualTo(here);
        } finally {
            Locale.setDefault(locale);
            TimeZone.setDefault(zone);
        }
    }

    private static void awaitAnotherSecond() throws InterruptedException {
        long now = Instant.now().getEpochSecond();
        while (Instant.now().getEpochSecond() == now) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    @Test
    void jsonHasEveryRowWithItsTypes() throws IOException {
        JsonNode report = new JsonMapper().readTree(text(Format.JSON, 3_000));
        JsonNode table = report.path("sections").path(0).path("content").path(2);
        assertThat(table.path("total").longValue()).isEqualTo(3_000);
        assertThat(table.path("rows")).hasSize(3_000);
        JsonNode row = table.path("rows").path(2);
        assertThat(row.path("number").longValue()).isEqualTo(-2);
        assertThat(row.path("truth").booleanValue()).isTrue();
        assertThat(row.path("list")).hasSize(2);
        assertThat(row.has("absent")).isFalse();
        assertThat(report.path("sections")
                        .path(0)
                        .path("content")
                        .path(1)
                        .path("entries")
                        .path("words")
                        .asString())
                .isEqualTo("=1+1");
    }

    @Test
    void csvHasEveryRowAndNoFormula() throws IOException {
        List<CsvRecord> lines = CsvReader.builder().ofCsvRecord(text(Format.CSV, 3_000)).stream()
                .toList();
        List<CsvRecord> rows =
                lines.stream().filter(line -> line.getField(0).equals("long")).toList();
        assertThat(rows).hasSize(3_001);
        assertThat(rows.getFirst().getFields()).startsWith("long", "number", "text", "list", "truth", "absent", "");
        assertThat(rows.get(3).getFields())
                .startsWith("long", "-2", "'@formula", "0000:3b:00.0 0000:3b:00.1", "true", "");
        assertThat(lines).anySatisfy(line -> assertThat(line.getFields()).startsWith("entries", "words", "'=1+1", ""));
    }

    /** Who searches lines by how they begin finds rows, and nothing that somebody wrote into one. */
    @Test
    void aRowOfCsvIsOneLineWhateverIsInIt() throws IOException {
        String csv = text(Format.CSV, 10);
        assertThat(csv.lines())
                .hasSize((int) CsvReader.builder().ofCsvRecord(csv).stream().count());
        assertThat(csv).contains("one\\ntwo\\n");
    }

    @Test
    void htmlShowsTheBeginningAndSaysHowManyThereAre() throws Exception {
        org.w3c.dom.Document page = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(Told.as(Format.HTML, 12_345)));
        assertThat(page.getDocumentElement().getAttribute("lang")).isEqualTo("en");
        Element table = byId(page, "table-long");
        assertThat(((Element) table.getElementsByTagName("tbody").item(0))
                        .getElementsByTagName("tr")
                        .getLength())
                .isEqualTo(1_000);
        assertThat(byId(page, "total-long").getTextContent())
                .isEqualTo("The first 1,000 of 12,345. The same request with format json or csv has all of them.");
        assertThat(byId(page, "total-empty").getTextContent()).isEqualTo("None.");
        NodeList heads = table.getElementsByTagName("th");
        for (int i = 0; i < heads.getLength(); i++) {
            assertThat(((Element) heads.item(i)).getAttribute("scope")).isEqualTo("col");
        }
        Element picture = (Element) page.getElementsByTagName("svg").item(0);
        assertThat(picture.getAttribute("role")).isEqualTo("img");
        assertThat(picture.getElementsByTagName("title").item(0).getTextContent())
                .isEqualTo("A picture");
        assertThat(page.getElementsByTagName("script").getLength()).isZero();
        assertThat(text(Format.HTML, 1)).doesNotContain("src=").doesNotContain("href=");
    }

    @ParameterizedTest
    @CsvSource({"SCREEN, 4000", "PAPER, 400"})
    void aLongCellIsCutForPeopleAndSaysHowLongItIs(String look, int most) throws IOException {
        String text = page(look.equals("PAPER") ? Look.PAPER : Look.SCREEN);
        assertThat(text)
                .contains(">" + "x".repeat(most)
                        + String.format(Locale.ROOT, "… (the first %,d of 5,000 characters", most))
                .contains("format json has all of them")
                .as("one that fits is whole")
                .contains(">" + "y".repeat(most) + "<");
    }

    @Test
    void jsonHasAllOfALongCell() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Document document = Format.JSON.begin(out, new Title("test", "Test", "Long"))) {
            document.section("first", "First");
            longCells(document, 4_000);
        }
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("x".repeat(5_000));
    }

    private static String page(Look look) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Document document = HtmlDocument.begin(out, new Title("test", "Test", "Long"), look)) {
            document.section("first", "First");
            longCells(document, look.mostLetters());
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static void longCells(Document document, int fits) throws IOException {
        document.table(
                Table.of("cells", "Cells", "long:Long", "fits:Fits"),
                taker -> taker.take(Rows.row("x".repeat(5_000), "y".repeat(fits))));
    }

    private static Element byId(org.w3c.dom.Document page, String id) {
        NodeList all = page.getElementsByTagName("*");
        for (int i = 0; i < all.getLength(); i++) {
            if (((Element) all.item(i)).getAttribute("id").equals(id)) {
                return (Element) all.item(i);
            }
        }
        throw new AssertionError("no element " + id);
    }
}

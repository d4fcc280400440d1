package io.iommuledger.cli.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Tables fit their screen, and lose nothing where there is none. */
class TableTest {
    private static final Instant NOW = Instant.parse("2026-11-23T02:08:12Z");

    private static final List<Column> COLUMNS = List.of(
            new Column("NAME", 0, "name", Form.TEXT),
            new Column("SIZE", 1, "size", Form.NUMBER),
            new Column("WORDS", 2, "words", Form.WORDS),
            new Column("MORE", 3, "more", Form.TEXT));

    @Property
    void noLineIsWiderThanTheScreen(
            @ForAll("rows") List<JsonNode> rows, @ForAll @IntRange(min = 10, max = 200) int width) {
        assertThat(lines(rows, OptionalInt.of(width)))
                .allSatisfy(line -> assertThat(Paint.visible(line)).isLessThanOrEqualTo(width));
    }

    @Property
    void whereThereIsNoScreenARowIsALineWithAllThatIsInIt(@ForAll("rows") List<JsonNode> rows) {
        List<String> lines = lines(rows, OptionalInt.empty());
        assertThat(lines).hasSize(rows.size() + 1);
        for (int i = 0; i < rows.size(); i++) {
            for (JsonNode value : rows.get(i).values()) {
                assertThat(lines.get(i + 1)).contains(value.asString().strip());
            }
        }
    }

    @Property
    void wordsThatGoOnInTheNextLineAreAllThere(
            @ForAll("words") String words, @ForAll @IntRange(min = 1, max = 50) int width) {
        List<String> lines = Wrapping.lines(words, width);
        assertThat(lines).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(width));
        assertThat(String.join("", lines).replace(" ", "")).isEqualTo(words.replace(" ", ""));
    }

    @Property
    void partsWithCommasBetweenAreAllThereAndNoLineIsWider(
            @ForAll @Size(min = 1, max = 6) List<@From("words") String> words,
            @ForAll @IntRange(min = 2, max = 80) int width) {
        List<String> texts = words.stream().map(text -> "x" + text).toList();
        List<String> lines = Wrapping.joined(
                texts.stream()
                        .map(text -> new Wrapping.Part(text, Paint.COLOURS::warning))
                        .toList(),
                width);
        assertThat(lines).allSatisfy(line -> assertThat(Paint.visible(line)).isLessThanOrEqualTo(width));
        assertThat(bare(String.join("", lines))).isEqualTo(bare(String.join(", ", texts)));
    }

    private static String bare(String painted) {
        return painted.replaceAll("\u001b\\[[0-9;]*m| ", "");
    }

    @Test
    void aNarrowScreenLosesTheLeastImportantFirstAndTellsWhich() {
        JsonNode row = row("a-name", "12", "some words that are longer than there is room for", "more of it");
        Table table = Table.of(COLUMNS, List.of(row), NOW, OptionalInt.of(40), Paint.NONE);
        assertThat(table.header()).isEqualTo("NAME    SIZE  WORDS");
        assertThat(table.lines(row, NOW))
                .containsExactly("a-name    12  some words that are longer", "              than there is room for");
        assertThat(table.legend()).containsExactly("left out for want of width: MORE");
    }

    @Test
    void laterRowsThatAreWiderPushWhatIsRightOfThem() {
        Table table = Table.of(COLUMNS, List.of(row("a", "1", "x", "y")), NOW, OptionalInt.empty(), Paint.NONE);
        assertThat(table.lines(row("a-longer-name", "1", "x", "y"), NOW))
                .containsExactly("a-longer-name     1  x      y");
    }

    @Test
    void anEscapeSequenceInATextDoesNotReachTheTerminal() {
        JsonNode row = row("\u001b[2J", "1", "\u009b31m", "a\nb");
        Table table = Table.of(COLUMNS, List.of(row), NOW, OptionalInt.empty(), Paint.NONE);
        assertThat(table.lines(row, NOW)).containsExactly("\\u001b[2J     1  \\u009b31m  a\\u000ab");
    }

    @Provide
    Arbitrary<List<JsonNode>> rows() {
        Arbitrary<String> text = Arbitraries.strings()
                .withCharRange('a', 'z')
                .withChars(' ', '-', 'é')
                .ofMinLength(1)
                .ofMaxLength(60);
        return Combinators.combine(text, text, text, text)
                .as(TableTest::row)
                .list()
                .ofMinSize(1)
                .ofMaxSize(5);
    }

    @Provide
    Arbitrary<String> words() {
        return Arbitraries.strings().withCharRange('a', 'z').withChars(' ').ofMaxLength(200);
    }

    private static List<String> lines(List<JsonNode> rows, OptionalInt width) {
        Table table = Table.of(COLUMNS, rows, NOW, width, Paint.COLOURS);
        List<String> lines = new ArrayList<>(List.of(table.header()));
        rows.forEach(row -> lines.addAll(table.lines(row, NOW)));
        return lines;
    }

    private static JsonNode row(String name, String size, String words, String more) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("name", name)
                .put("size", size)
                .put("words", words)
                .put("more", more);
    }
}

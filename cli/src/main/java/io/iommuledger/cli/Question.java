package io.iommuledger.cli;

import io.iommuledger.cli.client.Answer;
import io.iommuledger.cli.table.Column;
import io.iommuledger.cli.table.Form;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.StringNode;

/**
 * What is asked, and how the answer looks.
 *
 * @param path     below {@code /api/v1/}; parts in braces are filled in, and are no parameters then
 * @param without  parameters that the path says already, or that this question does not have
 * @param defaults parameters for which nothing else is given
 * @param rows     member of the answer that has them; empty if the answer itself is what was asked for
 * @param noun     what they are, one and many
 * @param unknown  members of one thing that nobody knows if the answer does not have them
 */
record Question(
        String path,
        Set<String> without,
        Map<String, String> defaults,
        String rows,
        Noun noun,
        List<Column> columns,
        Paging paging,
        Set<String> unknown) {

    /** How a long list comes. */
    enum Paging {
        /** In one piece. */
        NONE,
        /** {@code next} is the {@code cursor} of the following page. */
        CURSOR,
        /** {@code next} is the position {@code after} which the following page begins. */
        POSITION
    }

    record Noun(String one, String many) {
        /** What there is one of. */
        static final Noun NONE = new Noun("", "");

        static Noun of(String one) {
            return new Noun(one, one + "s");
        }

        String counted(long count) {
            return equals(NONE) ? "" : String.format(Locale.ROOT, "%,d %s", count, count == 1 ? one : many);
        }
    }

    static Question list(String path, String rows, Noun noun, List<Column> columns) {
        return new Question(path, Set.of(), Map.of(), rows, noun, columns, Paging.CURSOR, Set.of());
    }

    /** One thing: its members, one a line. */
    static Question sheet(String path, String member) {
        return new Question(path, Set.of(), Map.of(), member, Noun.NONE, Lists.SHEET, Paging.NONE, Set.of());
    }

    Question pagedBy(Paging other) {
        return new Question(path, without, defaults, rows, noun, columns, other, unknown);
    }

    Question less(String... parameters) {
        return new Question(path, Set.of(parameters), defaults, rows, noun, columns, paging, unknown);
    }

    Question unknownIfAbsent(String member) {
        return new Question(path, without, defaults, rows, noun, columns, paging, Set.of(member));
    }

    Question orElse(String parameter, String value) {
        return new Question(path, without, Map.of(parameter, value), rows, noun, columns, paging, unknown);
    }

    /** One thing that is told in a line. */
    static Question line(String path, List<Column> columns) {
        return new Question(path, Set.of(), Map.of(), "", Noun.NONE, columns, Paging.NONE, Set.of());
    }

    /** Whether the server can be asked to wait with the answer; an operation's end is at a position of its own. */
    boolean waits() {
        return Stream.of("operations/", "projection", "rebuilds", "dead-letters")
                .noneMatch(path::startsWith);
    }

    private boolean isSheet() {
        return columns.equals(Lists.SHEET);
    }

    List<JsonNode> rowsOf(Answer answer) {
        return isSheet() ? answer.rows(rows).stream().flatMap(this::fields).toList() : answer.rows(rows);
    }

    private Stream<JsonNode> fields(JsonNode one) {
        return Stream.concat(
                one.properties().stream().map(member -> field(member.getKey(), member.getValue())),
                unknown.stream()
                        .filter(member -> !one.has(member))
                        .map(member -> field(member, StringNode.valueOf(Form.UNKNOWN))));
    }

    private static JsonNode field(String name, JsonNode value) {
        return JsonNodeFactory.instance.objectNode().put("field", name).set("value", value);
    }
}

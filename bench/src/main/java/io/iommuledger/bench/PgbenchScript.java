package io.iommuledger.bench;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Statements as a script of pgbench, with the values that they had but for those that it chooses. */
final class PgbenchScript {
    private PgbenchScript() {}

    /**
     * @param chosen    how its variables are chosen, before the statements
     * @param variables names of them for the values in whose place they stand
     */
    static String of(
            List<String> chosen, List<RecordedStatements.Statement> statements, Map<Object, String> variables) {
        StringBuilder script = new StringBuilder();
        chosen.forEach(each -> script.append("\\set ").append(each).append('\n'));
        for (RecordedStatements.Statement statement : statements) {
            Iterator<Object> values = statement.values().iterator();
            for (String part : statement.sql().strip().split("(?<=\\?)", -1)) {
                script.append(
                        part.endsWith("?")
                                ? part.substring(0, part.length() - 1) + value(values.next(), variables)
                                : part);
            }
            script.append(";\n");
        }
        return script.toString();
    }

    private static String value(Object value, Map<Object, String> variables) {
        if (variables.containsKey(value)) {
            return ":" + variables.get(value);
        }
        return switch (value) {
            case Number number -> number.toString();
            case Boolean truth -> truth.toString();
            case Object[] array ->
                quoted(Arrays.stream(array)
                        .map(element -> '"' + element.toString() + '"')
                        .collect(Collectors.joining(",", "{", "}")));
            default -> quoted(value.toString());
        };
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}

package io.iommuledger.query;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A step of how PostgreSQL carried a statement out, with those below it. */
record Plan(JsonNode node) {
    private static final JsonMapper JSON = new JsonMapper();

    /** Rows that the statements had to look at, those that came to nothing too. */
    static long rowsLookedAt(List<Reads.Explained> statements) {
        return steps(statements).mapToLong(Plan::rowsLookedAt).sum();
    }

    /** How many times they looked something up in a table. */
    static long lookups(List<Reads.Explained> statements, String table) {
        return steps(statements)
                .filter(step -> step.table().equals(table))
                .mapToLong(step -> Math.round(step.number("Actual Loops")))
                .sum();
    }

    /** What each step looked at, for whoever wants to know why it was so much. */
    static String described(List<Reads.Explained> statements) {
        return steps(statements)
                .filter(step -> step.rowsLookedAt() > 0)
                .map(step -> step.type() + " " + step.table() + " " + step.index() + " " + step.rowsLookedAt() + " "
                        + step.node.path("Index Cond").asString("") + " filter "
                        + step.node.path("Filter").asString(""))
                .collect(Collectors.joining("\n"));
    }

    static Stream<Plan> steps(List<Reads.Explained> statements) {
        return statements.stream()
                .map(statement ->
                        new Plan(JSON.readTree(statement.plan()).path(0).path("Plan")))
                .flatMap(Plan::steps);
    }

    String type() {
        return node.path("Node Type").asString();
    }

    /** Empty if it reads none. */
    String table() {
        return node.path("Relation Name").asString("");
    }

    String index() {
        return node.path("Index Name").asString("");
    }

    private Stream<Plan> steps() {
        return Stream.concat(
                Stream.of(this), node.path("Plans").valueStream().map(Plan::new).flatMap(Plan::steps));
    }

    private long rowsLookedAt() {
        double found = type().endsWith("Scan") ? number("Actual Rows") + number("Rows Removed by Filter") : 0;
        double compared = number("Rows Removed by Join Filter") + number("Rows Removed by Index Recheck");
        return Math.round((found + compared) * number("Actual Loops"));
    }

    private double number(String name) {
        return node.path(name).asDouble(0);
    }
}

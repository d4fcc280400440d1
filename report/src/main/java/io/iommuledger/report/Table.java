package io.iommuledger.report;

import java.util.Arrays;
import java.util.List;

/**
 * The head of a table.
 *
 * @param id    for programs; no other table of the report has it
 * @param title for people
 */
public record Table(String id, String title, List<Column> columns) {

    /** @param id for programs, {@code title} for people */
    public record Column(String id, String title) {}

    /** @param columns each as {@code id:Title} */
    public static Table of(String id, String title, String... columns) {
        return new Table(
                id,
                title,
                Arrays.stream(columns)
                        .map(column -> {
                            int colon = column.indexOf(':');
                            return new Column(column.substring(0, colon), column.substring(colon + 1));
                        })
                        .toList());
    }
}

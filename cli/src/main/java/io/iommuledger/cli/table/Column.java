package io.iommuledger.cli.table;

import java.time.Instant;
import tools.jackson.databind.JsonNode;

/**
 * One column of a list.
 *
 * @param rank    0 for what a row cannot do without; of the others the highest is left out first where the screen is narrow
 * @param members where its value stands in a row: names with dots between; of several, with bars between, the first that
 *     is there; empty for the row itself
 */
public record Column(String title, int rank, String members, Form form) {

    /** What stands in it; {@code -} if the row does not say. */
    String cell(JsonNode row, Instant now) {
        for (String path : members.split("\\|", -1)) {
            JsonNode value = row;
            for (String name : path.isEmpty() ? new String[0] : path.split("\\.")) {
                value = value.path(name);
            }
            if (!value.isMissingNode() && !value.isNull()) {
                String shown = form.show(value, now);
                return shown.isEmpty() ? "-" : shown;
            }
        }
        return "-";
    }
}

package io.iommuledger.cli;

import io.iommuledger.cli.client.Answer;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** The server's JSON as it came, a document a page. */
record JsonOutput(Consumer<String> lines) implements Output {

    @Override
    public void page(Answer answer, List<JsonNode> rows) {
        lines.accept(answer.text().stripTrailing());
    }

    @Override
    public void end(Pages.Read read) {
        // It says all by itself.
    }
}

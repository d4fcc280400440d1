package io.iommuledger.cli;

import io.iommuledger.cli.client.Answer;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Shows an answer that comes in pages. */
interface Output {

    void page(Answer answer, List<JsonNode> rows);

    /** After the last one. */
    void end(Pages.Read read);
}

package io.iommuledger.cli;

import io.iommuledger.cli.client.Answer;
import io.iommuledger.cli.client.LedgerClient;
import io.iommuledger.cli.client.Printable;
import io.iommuledger.cli.table.Paint;
import io.iommuledger.cli.table.Table;
import io.iommuledger.cli.table.Wrapping;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A table, and beside it what the answer rests on. */
final class TableOutput implements Output {
    private final Question question;
    private final LedgerClient client;
    private final boolean past;
    private final OptionalInt width;
    private final Paint paint;
    private final Consumer<String> lines;
    private final Consumer<String> notes;
    private @Nullable Table table;
    private @Nullable Answer first;
    private Instant now = Instant.EPOCH;

    /**
     * @param past  whether ages count up to the answer's instant, and not to now
     * @param lines takes the table
     * @param notes takes what stands below it
     */
    TableOutput(
            Question question,
            LedgerClient client,
            boolean past,
            Screen screen,
            Consumer<String> lines,
            Consumer<String> notes) {
        this.question = question;
        this.client = client;
        this.past = past;
        this.width = screen.width();
        this.paint = screen.paint();
        this.lines = lines;
        this.notes = notes;
    }

    @Override
    public void page(Answer answer, List<JsonNode> rows) {
        if (first == null) {
            first = answer;
            now = until(answer);
        }
        if (rows.isEmpty()) {
            return;
        }
        if (table == null) {
            table = Table.of(question.columns(), rows, now, width, paint);
            lines.accept(table.header());
        }
        for (JsonNode row : rows) {
            table.lines(row, now).forEach(lines);
        }
    }

    @Override
    public void end(Pages.Read read) {
        if (table != null) {
            table.legend().stream()
                    .flatMap(line -> Wrapping.lines(line, width.orElse(Integer.MAX_VALUE)).stream())
                    .forEach(notes);
        }
        if (first != null) {
            new Footer(width, paint).basis(first, counted(read)).forEach(notes);
            // Whole, whatever the width: a terminal that goes on by itself lets it be copied.
            first.text("pinned").ifPresent(path -> notes.accept("pinned: " + Printable.of(client.link(path))));
        }
    }

    private String counted(Pages.Read read) {
        String counted = question.noun().counted(read.rows());
        return read.more() ? counted + " and more, which --limit left out," : counted;
    }

    /** The server's clock may stand a little behind the hosts'. */
    private Instant until(Answer answer) {
        Instant about = answer.instant().orElse(answer.answered());
        return past || about.isAfter(answer.answered()) ? about : answer.answered();
    }
}

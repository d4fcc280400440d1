package io.iommuledger.cli;

import io.iommuledger.cli.client.Failure;
import io.iommuledger.cli.client.Request;
import io.iommuledger.cli.table.Paint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Looks at the same again and again. On a terminal it stays in its place; else each change is appended. */
final class Watching {
    private static final String HOME = "\u001b[H";
    private static final String REST_OF_LINE = "\u001b[K";
    private static final String REST_OF_SCREEN = "\u001b[J";

    private final Asking asking;
    private final Screen screen;
    private final Retrying retrying;
    private List<JsonNode> shown = List.of();
    private long position = -1;

    /** What was seen. */
    private record Sight(List<String> lines, List<String> notes, List<JsonNode> rows, long position) {}

    Watching(Asking asking) {
        this.asking = asking;
        this.screen = asking.screen();
        this.retrying = new Retrying(asking);
    }

    void watch(Question question, Request request, long limit) throws Failure, InterruptedException {
        do {
            Optional<Screen.Size> size = screen.size().get();
            if (size.isPresent() && !asking.json()) {
                long most = Math.min(limit, size.get().rows());
                retrying.get(() -> look(question, request, most)).ifPresent(sight -> repaint(sight, size.get()));
            } else {
                retrying.get(() -> look(question, awaiting(question, request), limit))
                        .ifPresent(this::append);
            }
        } while (!screen.out().checkError() && asking.pause().again());
    }

    private Sight look(Question question, Request request, long limit) throws Failure {
        List<String> lines = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        List<JsonNode> seen = new ArrayList<>();
        long[] at = {-1};
        Output output = asking.output(question, lines::add, notes::add);
        Pages.Read read = asking.pages().read(question, request, limit, (answer, rows) -> {
            at[0] = answer.number("position");
            seen.addAll(rows);
            output.page(answer, rows);
            return true;
        });
        output.end(read);
        return new Sight(lines, notes, seen, at[0]);
    }

    /** The notes are always seen; of the table as much as there is room for. */
    private void repaint(Sight sight, Screen.Size size) {
        int room = size.rows() - 1;
        for (String note : sight.notes()) {
            room -= Math.max(0, Paint.visible(note) - 1) / size.columns() + 1;
        }
        StringBuilder frame = new StringBuilder(HOME);
        Stream.concat(sight.lines().stream().limit(Math.max(1, room)), sight.notes().stream())
                .forEach(line -> frame.append(line).append(REST_OF_LINE).append('\n'));
        screen.out().print(frame.append(REST_OF_SCREEN));
        screen.out().flush();
    }

    /** The server holds the answer until something has happened, if it can be asked to. */
    private Request awaiting(Question question, Request request) {
        return position < 0 || !question.waits() ? request : request.with("wait", position + 1);
    }

    private void append(Sight sight) {
        boolean first = position < 0;
        position = sight.position();
        if (first || !sight.rows().equals(shown)) {
            shown = sight.rows();
            sight.lines().forEach(screen.out()::println);
            sight.notes().forEach(screen.out()::println);
            screen.out().flush();
        }
    }
}

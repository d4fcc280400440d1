package io.iommuledger.cli;

import io.iommuledger.cli.client.Answer;
import io.iommuledger.cli.client.Failure;
import io.iommuledger.cli.client.LedgerClient;
import io.iommuledger.cli.client.Request;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** An answer page by page: every page is about the same place in history, and none is kept. */
final class Pages {
    /** As many as the server gives at once where it is asked for no number. */
    private static final long EVENTS = 1_000;

    private static final long MOST = 10_000;

    /** Takes pages. */
    interface Reader {
        /** @return whether it takes another one */
        boolean page(Answer answer, List<JsonNode> rows);
    }

    /**
     * What there was.
     *
     * @param rows read
     * @param more whether there are others, which {@code --limit} left out
     */
    record Read(long rows, boolean more) {}

    private final LedgerClient client;
    private final Progress progress;

    Pages(LedgerClient client, Progress progress) {
        this.client = client;
        this.progress = progress;
    }

    Read read(Question question, Request first, long limit, Reader reader) throws Failure {
        long rows = 0;
        Request request = first;
        while (true) {
            Answer answer = progress.during(rows, client, sized(question, request, limit - rows));
            List<JsonNode> found = question.rowsOf(answer);
            List<JsonNode> wanted = found.subList(0, (int) Math.min(found.size(), limit - rows));
            rows += wanted.size();
            boolean goesOn = reader.page(answer, wanted);
            Optional<Request> next = following(question, first, answer);
            if (next.isEmpty() || rows >= limit || !goesOn) {
                return new Read(rows, next.isPresent() || wanted.size() < found.size());
            }
            request = next.get();
        }
    }

    private static Request sized(Question question, Request request, long left) {
        return switch (question.paging()) {
            case NONE -> request;
            case CURSOR -> left == Long.MAX_VALUE || left > MOST ? request : request.with("limit", left);
            case POSITION -> request.with("limit", Math.min(left, EVENTS));
        };
    }

    private static Optional<Request> following(Question question, Request first, Answer answer) {
        return switch (question.paging()) {
            case NONE -> Optional.empty();
            case CURSOR ->
                answer.text("next")
                        .map(next -> first.without("at", "known", "wait").with("cursor", next));
            case POSITION ->
                answer.number("next") < answer.number("position")
                        ? Optional.of(first.without("wait").with("after", answer.number("next")))
                        : Optional.empty();
        };
    }
}

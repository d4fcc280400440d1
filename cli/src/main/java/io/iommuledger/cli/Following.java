package io.iommuledger.cli;

import io.iommuledger.cli.client.Failure;
import io.iommuledger.cli.client.News;
import io.iommuledger.cli.client.Request;

/** Goes on with what comes to the log, until it is told to end. */
final class Following {
    private final Asking asking;
    private final Retrying retrying;
    private final News news;
    private long after;
    private long left;

    Following(Asking asking) {
        this.asking = asking;
        this.retrying = new Retrying(asking);
        this.news = new News(asking.client());
    }

    void follow(Question question, Request request, long limit) throws Failure, InterruptedException {
        Output output = asking.output(question, asking.screen().out()::println, asking::note);
        Request rest = request.without("wait");
        after = after(request);
        left = limit;
        do {
            retrying.get(() -> {
                if (news.behind(after).news()) {
                    read(question, rest, output);
                    news.asked();
                }
                return after;
            });
        } while (left > 0
                && !asking.screen().out().checkError()
                && asking.pause().again());
    }

    private void read(Question question, Request rest, Output output) throws Failure {
        asking.pages().read(question, rest.with("after", after), left, (answer, rows) -> {
            output.page(answer, rows);
            // Page by page: what has been shown is not shown again if a later one does not come.
            after = answer.number("next");
            left -= rows.size();
            retrying.reached();
            return !asking.screen().out().checkError();
        });
    }

    private long after(Request request) throws Failure {
        String given = request.parameters().get("after");
        if (given == null) {
            news.asked();
            return asking.client().get(request.without("wait").with("limit", 1)).number("position");
        }
        if (given.matches("-1|\\d{1,18}")) {
            return Long.parseLong(given);
        }
        throw Failure.refused("--after is '" + given + "'; expected a position, or -1 for what is before the first");
    }
}

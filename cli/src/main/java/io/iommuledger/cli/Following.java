package io.iommuledger.cli;

import io.iommuledger.cli.client.Failure;
import io.iommuledger.cli.client.Request;

/** Goes on with what comes to the log, until it is told to end. Each look waits at the server for the next event. */
final class Following {
    private final Asking asking;
    private final Retrying retrying;
    private long after;
    private long left;

    Following(Asking asking) {
        this.asking = asking;
        this.retrying = new Retrying(asking);
    }

    void follow(Question question, Request request, long limit) throws Failure, InterruptedException {
        Output output = asking.output(question, asking.screen().out()::println, asking::note);
        Request rest = request.without("wait");
        after = after(request);
        left = limit;
        do {
            long begin = after;
            long most = left;
            retrying.get(() -> asking.pages()
                    .read(question, rest.with("after", begin).with("wait", begin + 1), most, (answer, rows) -> {
                        output.page(answer, rows);
                        // Page by page: what has been shown is not shown again if a later one does not come.
                        after = answer.number("next");
                        left -= rows.size();
                        retrying.reached();
                        return !asking.screen().out().checkError();
                    }));
        } while (left > 0
                && !asking.screen().out().checkError()
                && asking.pause().again());
    }

    private long after(Request request) throws Failure {
        String given = request.parameters().get("after");
        if (given == null) {
            return asking.client().get(request.without("wait").with("limit", 1)).number("position");
        }
        if (given.matches("-1|\\d{1,18}")) {
            return Long.parseLong(given);
        }
        throw Failure.refused("--after is '" + given + "'; expected a position, or -1 for what is before the first");
    }
}

package io.iommuledger.cli;

import io.iommuledger.cli.client.Answer;
import io.iommuledger.cli.client.Failure;
import io.iommuledger.cli.client.LedgerClient;
import io.iommuledger.cli.client.Request;
import java.util.function.Consumer;

/**
 * Whom is asked, and how answers are shown.
 *
 * @param past whether the question is about a place in history
 * @param json whether answers are shown as they come
 */
record Asking(LedgerClient client, Screen screen, Pause pause, boolean past, boolean json) {

    /**
     * @return whether there were rows, or there may be some: of which it is not known that they belong here, or that facts
     *     which are missing would tell of
     */
    boolean once(Question question, Request request, long limit) throws Failure {
        Output output = output(question, screen.out()::println, this::note);
        boolean[] doubtful = {false};
        Pages.Read read = pages().read(question, request, limit, (answer, rows) -> {
            output.page(answer, rows);
            doubtful[0] |= answer.text("note").isPresent() || lacksFacts(answer);
            screen.out().flush();
            return !screen.out().checkError();
        });
        // Whoever took no more has not asked how much more there is.
        if (!screen.out().checkError()) {
            output.end(read);
        }
        return read.rows() > 0 || doubtful[0];
    }

    /** Not if a host is only silent: what it may tell later has been told by nobody. */
    private static boolean lacksFacts(Answer answer) {
        return answer.json().path("completeness").path("state").asString("").equals("gap");
    }

    Pages pages() {
        return new Pages(client, new Progress(screen));
    }

    Output output(Question question, Consumer<String> lines, Consumer<String> notes) {
        return json ? new JsonOutput(lines) : new TableOutput(question, client, past, screen, lines, notes);
    }

    /** Beside what is printed: it stays on the terminal if the rest goes elsewhere. */
    void note(String line) {
        screen.err().println(line);
        screen.err().flush();
    }
}

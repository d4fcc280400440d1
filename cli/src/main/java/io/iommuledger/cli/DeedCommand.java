package io.iommuledger.cli;

import io.iommuledger.cli.client.Answer;
import io.iommuledger.cli.client.Failure;
import io.iommuledger.cli.client.LedgerClient;
import io.iommuledger.cli.client.Printable;
import io.iommuledger.cli.client.Request;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Has the query side do something about its rows: make them anew, or try again what could not be taken. */
final class DeedCommand implements Callable<Integer> {
    static final String REBUILD = "rebuild";
    static final String RETRY = "retry";
    static final List<String> NAMES = List.of(REBUILD, RETRY);

    private static final String CLEARED = "\r\u001b[K";

    private final String name;
    private final Screen screen;
    private final Pause pause;
    private CommandSpec spec = CommandSpec.create();

    DeedCommand(String name, Screen screen, Pause pause) {
        this.name = name;
        this.screen = screen;
        this.pause = pause;
    }

    /** Once, before it is called: the one that it is wrapped in. */
    void setSpec(CommandSpec wrapping) {
        spec = wrapping;
    }

    @Override
    public Integer call() throws InterruptedException {
        ParseResult line = spec.commandLine().getParseResult();
        String server = spec.findOption("--server").getValue();
        return Exit.of(screen, () -> {
            LedgerClient client = new LedgerClient(server);
            return name.equals(REBUILD) ? rebuild(client, line) : retry(client, line);
        });
    }

    private int retry(LedgerClient client, ParseResult line) throws Failure {
        String id = line.matchedPositionalValue(0, "");
        Answer answer = client.post(Request.of("dead-letters/" + Request.segment(id) + "/retries"));
        long left = answer.number("left");
        print(
                line,
                answer,
                left == 0
                        ? counted(answer.number("taken")) + " taken, nothing is left"
                        : counted(answer.number("taken")) + " taken, " + counted(left) + " left: "
                                + Printable.of(answer.text("reason").orElse("")));
        return left == 0 ? 0 : 1;
    }

    private int rebuild(LedgerClient client, ParseResult line) throws Failure, InterruptedException {
        Answer answer = client.post(Request.of("rebuilds"));
        Request itself =
                Request.of("rebuilds/" + Request.segment(answer.text("id").orElse("")));
        boolean shown = screen.attended();
        while (!line.hasMatchedOption("--no-wait") && answer.text("endedAt").isEmpty()) {
            if (shown) {
                screen.err().print(CLEARED + state(answer));
                screen.err().flush();
            }
            if (!pause.again()) {
                break;
            }
            answer = client.get(itself);
        }
        if (shown) {
            screen.err().print(CLEARED);
        }
        print(line, answer, state(answer));
        return answer.text("state").orElse("").equals("abandoned") ? 1 : 0;
    }

    private static String state(Answer answer) {
        long left = answer.number("secondsLeft");
        return String.format(
                Locale.ROOT,
                "rebuild %s: %s, at %,d of %,d%s",
                Printable.of(answer.text("id").orElse("")),
                Printable.of(answer.text("state").orElse("")),
                answer.number("position"),
                answer.number("goal"),
                left < 0
                        ? ""
                        : String.format(Locale.ROOT, ", %,d a second, %,d s left", answer.number("perSecond"), left));
    }

    private static String counted(long events) {
        return String.format(Locale.ROOT, "%,d %s", events, events == 1 ? "event" : "events");
    }

    private void print(ParseResult line, Answer answer, String words) {
        screen.out().println(line.hasMatchedOption("--json") ? answer.text() : words);
    }
}

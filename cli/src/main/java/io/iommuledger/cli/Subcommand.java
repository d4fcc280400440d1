package io.iommuledger.cli;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A subcommand that asks a server.
 *
 * @param argument what may stand there without a name
 * @param asks     the question, which may depend on what is given
 */
record Subcommand(
        String name,
        String description,
        Optional<Argument> argument,
        List<Filter> filters,
        Nature nature,
        Function<Given, Question> asks) {

    private static final Filter AT = Filter.of(
            "at",
            "WHEN",
            "At which place in history: a position, an instant, or as long ago as -10s, -5m or -1h30m, by this machine's"
                    + " clock.");

    private static final Filter KNOWN =
            Filter.of("known", "POSITION", "With an instant: as it is known from the facts up to there.");

    private static final Filter WAIT =
            Filter.of("wait", "POSITION", "Wait until the answer stands there or later, 10 seconds at most.");

    /** What is not an option. */
    record Argument(String label, String description, boolean required) {}

    /** What sort of answer it gives, which decides what else it takes and how it exits. */
    enum Nature {
        /** What stands, at any place in history. */
        STATE(true, false),
        /** The same, asked for because there should be none: exits like diff. */
        SUSPECT(true, true),
        /** What is read from the log itself. */
        LOG(false, false),
        /** The same, and there should be none. */
        ALARM(false, true),
        /** How the server itself stands, and nothing of history. */
        SERVER(false, false),
        /** The same, and there should be none. */
        TROUBLE(false, true),
        /** What the query side lists at any place in history, and of which the command side tells one as it is. */
        COMMAND(true, false);

        private final boolean anyPlace;
        private final boolean tells;

        Nature(boolean anyPlace, boolean tells) {
            this.anyPlace = anyPlace;
            this.tells = tells;
        }

        private Stream<Filter> places() {
            return anyPlace ? Stream.of(AT, KNOWN) : Stream.empty();
        }

        private Stream<Filter> waiting() {
            return this == SERVER || this == TROUBLE ? Stream.empty() : Stream.of(WAIT);
        }

        /** Whether it exits with 1 if it found something. */
        boolean tells() {
            return tells;
        }
    }

    /** With the filters that all of its nature have. */
    static Subcommand of(
            String name, String description, Nature nature, Function<Given, Question> asks, Filter... filters) {
        List<Filter> all = Stream.of(Stream.of(filters), nature.places(), nature.waiting())
                .flatMap(some -> some)
                .toList();
        return new Subcommand(name, description, Optional.empty(), all, nature, asks);
    }

    Subcommand with(String label, String what, boolean required) {
        return new Subcommand(
                name, description, Optional.of(new Argument(label, what, required)), filters, nature, asks);
    }
}

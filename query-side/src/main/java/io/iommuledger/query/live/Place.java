package io.iommuledger.query.live;

import io.iommuledger.query.form.Parameters;
import io.iommuledger.web.Problem;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far a client has come: it has had everything up to a position, and of the next one the first few messages.
 *
 * @param had how many of those
 */
record Place(long after, int had) {
    static final String HEADER = "Last-Event-ID";

    private static final Pattern FORM = Pattern.compile("(\\d{1,18})(?:\\.(\\d{1,9}))?");

    /**
     * Where a request begins: behind what its client had last, if it comes again; else where it says; else at the end.
     *
     * @param newest position of the end, behind which nothing can begin
     */
    static Place of(Optional<String> lastEventId, Optional<String> after, long newest) {
        if (lastEventId.isPresent()) {
            return checked(HEADER, lastEventId.get(), parsed(lastEventId.get()), newest);
        }
        if (after.isPresent()) {
            Place from = new Place(Parameters.natural("after", after.get()), 0);
            return checked("after", after.get(), from, newest);
        }
        return new Place(newest, 0);
    }

    /** The id of a message: nothing but this position's first messages up to it. */
    static String id(long position, int ordinal) {
        return position + "." + ordinal;
    }

    String text() {
        return had == 0 ? Long.toString(Math.max(0, after)) : id(after + 1, had - 1);
    }

    private static Place parsed(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw Problem.badField(HEADER, text, "the id of a message of this stream");
        }
        long position = Long.parseLong(form.group(1));
        return form.group(2) == null
                ? new Place(position, 0)
                : new Place(position - 1, Integer.parseInt(form.group(2)) + 1);
    }

    private static Place checked(String field, String text, Place from, long newest) {
        if (from.after() > Math.max(0, newest)) {
            throw Problem.badField(field, text, "a position up to " + newest + ", which is the newest")
                    .with("position", newest);
        }
        return from;
    }
}

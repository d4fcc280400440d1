package io.iommuledger.lifecycle.retention;

import java.util.ArrayList;
import java.util.List;

/**
 * A list of positions as text: single ones and spans of which both ends belong to it, in order, as in {@code 4-10,12}.
 */
public final class Positions {

    /** Both ends belong to it. */
    public record Span(long first, long last) {}

    private Positions() {}

    /** @param positions in order, each once */
    public static List<Span> spans(List<Long> positions) {
        List<Span> spans = new ArrayList<>();
        for (long position : positions) {
            if (!spans.isEmpty() && spans.getLast().last() == position - 1) {
                spans.set(spans.size() - 1, new Span(spans.getLast().first(), position));
            } else {
                spans.add(new Span(position, position));
            }
        }
        return spans;
    }

    public static String text(List<Span> spans) {
        StringBuilder text = new StringBuilder();
        for (Span span : spans) {
            text.append(text.isEmpty() ? "" : ",").append(span.first());
            if (span.last() > span.first()) {
                text.append('-').append(span.last());
            }
        }
        return text.toString();
    }

    /** @throws IllegalArgumentException if the text is no such list */
    public static List<Span> parse(String text) {
        List<Span> spans = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            String[] ends = part.split("-", 2);
            Span span = new Span(Long.parseLong(ends[0]), Long.parseLong(ends[ends.length - 1]));
            if (span.first() > span.last()
                    || (!spans.isEmpty() && spans.getLast().last() >= span.first())) {
                throw new IllegalArgumentException(
                        "'" + part + "' is no span of positions that follows those before it");
            }
            spans.add(span);
        }
        return spans;
    }
}

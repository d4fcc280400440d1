package io.iommuledger.cli.table;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Texts that are longer than their column is wide. */
public final class Wrapping {
    private static final String CUT = "…";

    private Wrapping() {}

    /** Something to be told, and its colour. */
    public record Part(String text, UnaryOperator<String> paint) {
        public static Part plain(String text) {
            return new Part(text, UnaryOperator.identity());
        }

        private String painted() {
            return paint.apply(text);
        }
    }

    /** Parts, with commas between, as many in a line as there is room for; one that is wider goes on in the next. */
    public static List<String> joined(List<Part> parts, int width) {
        List<String> lines = new ArrayList<>();
        String line = "";
        for (Part part : parts) {
            if (!line.isEmpty() && Paint.visible(line + ", " + part.text() + ",") <= width) {
                line += ", " + part.painted();
            } else {
                if (!line.isEmpty()) {
                    lines.add(line + ",");
                }
                List<String> pieces = lines(part.text().strip(), Math.max(1, width - ",".length()));
                pieces.subList(0, pieces.size() - 1)
                        .forEach(piece -> lines.add(part.paint().apply(piece)));
                line = part.paint().apply(pieces.getLast());
            }
        }
        lines.add(line);
        return lines;
    }

    public static String cut(String text, int width) {
        return text.substring(0, text.offsetByCodePoints(0, Math.max(0, width - 1))) + CUT;
    }

    /** Broken at blanks, and inside of what is longer than a line. */
    public static List<String> lines(String text, int width) {
        List<String> lines = new ArrayList<>();
        String rest = text;
        while (Layout.length(rest) > width) {
            int most = rest.offsetByCodePoints(0, width);
            int blank = rest.lastIndexOf(' ', most);
            int end = blank > 0 ? blank : most;
            lines.add(rest.substring(0, end));
            rest = rest.substring(end).stripLeading();
        }
        lines.add(rest);
        return lines;
    }
}

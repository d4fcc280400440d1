package io.iommuledger.cli.table;

import java.util.ArrayList;
import java.util.List;

/** Texts that are longer than their column is wide. */
public final class Wrapping {
    private static final String CUT = "…";

    private Wrapping() {}

    /** Parts, with commas between, as many in a line as there is room for; colours take none. */
    public static List<String> joined(List<String> parts, int width) {
        List<String> lines = new ArrayList<>();
        String line = "";
        for (String part : parts) {
            if (line.isEmpty()) {
                line = part;
            } else if (Paint.visible(line + ", " + part + ",") <= width) {
                line += ", " + part;
            } else {
                lines.add(line + ",");
                line = part;
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

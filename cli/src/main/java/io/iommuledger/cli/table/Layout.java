package io.iommuledger.cli.table;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Which columns of a table are shown, and how wide. It is made for a table's first rows; later ones keep to it, so that a
 * list of any length takes no memory: a cell that is wider then pushes what is right of it.
 *
 * @param shown   indexes of columns
 * @param widths  of those
 * @param leftOut titles of the others
 */
record Layout(List<Column> columns, List<Integer> shown, List<Integer> widths, List<String> leftOut) {
    static final String GAP = "  ";

    /** @param screen its width; empty for what is no screen, where everything is shown in one line */
    static Layout of(List<Column> columns, List<List<String>> rows, OptionalInt screen) {
        List<Integer> natural = IntStream.range(0, columns.size())
                .mapToObj(i -> natural(columns.get(i), rows.stream().map(row -> row.get(i))))
                .toList();
        List<Integer> shown =
                new ArrayList<>(IntStream.range(0, columns.size()).boxed().toList());
        if (screen.isEmpty()) {
            return new Layout(columns, shown, natural, List.of());
        }
        int room = screen.getAsInt();
        while (least(columns, shown, natural) > room) {
            int last = shown.stream()
                    .max(Comparator.comparingInt((Integer i) -> columns.get(i).rank())
                            .thenComparing(Comparator.naturalOrder()))
                    .orElseThrow();
            if (columns.get(last).rank() == 0) {
                break;
            }
            shown.remove(/* element */ (Integer) last);
        }
        List<String> leftOut = IntStream.range(0, columns.size())
                .filter(i -> !shown.contains(i))
                .mapToObj(i -> columns.get(i).title())
                .toList();
        return new Layout(columns, List.copyOf(shown), narrowed(columns, shown, natural, room), leftOut);
    }

    private static int natural(Column column, Stream<String> cells) {
        return Stream.concat(Stream.of(column.title()), cells)
                .mapToInt(Layout::length)
                .reduce(column.form().least(), Math::max);
    }

    private static int least(List<Column> columns, List<Integer> shown, List<Integer> natural) {
        return total(shown.stream()
                .map(i -> columns.get(i).form().wraps()
                        ? Math.min(columns.get(i).form().readable(), natural.get(i))
                        : natural.get(i))
                .toList());
    }

    private static int total(List<Integer> widths) {
        return widths.stream().mapToInt(Integer::intValue).sum() + GAP.length() * Math.max(0, widths.size() - 1);
    }

    /** Takes from what goes on in the next line, the widest first, and then from whatever is widest. */
    private static List<Integer> narrowed(List<Column> columns, List<Integer> shown, List<Integer> natural, int room) {
        List<Integer> widths = new ArrayList<>(shown.stream().map(natural::get).toList());
        while (total(widths) > room) {
            int widest = IntStream.range(0, widths.size())
                    .filter(i -> shrinks(columns.get(shown.get(i)), widths.get(i)))
                    .boxed()
                    .max(Comparator.comparingInt(widths::get))
                    .orElseGet(() -> IntStream.range(0, widths.size())
                            .boxed()
                            .max(Comparator.comparingInt(widths::get))
                            .orElseThrow());
            if (widths.get(widest) <= 1) {
                break;
            }
            widths.set(widest, widths.get(widest) - 1);
        }
        return List.copyOf(widths);
    }

    private static boolean shrinks(Column column, int width) {
        return column.form().wraps() && width > column.form().readable();
    }

    static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}

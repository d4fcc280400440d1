package io.iommuledger.cli.table;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** A list, row by row. */
public final class Table {
    private final List<Column> columns;
    private final Layout layout;
    private final Paint paint;
    private final boolean screen;
    private boolean inferred;
    private boolean unknown;

    private Table(List<Column> columns, Layout layout, Paint paint, boolean screen) {
        this.columns = columns;
        this.layout = layout;
        this.paint = paint;
        this.screen = screen;
    }

    /**
     * A table that suits its first rows.
     *
     * @param width of the screen; empty for what is none
     * @param now   until which ages count
     */
    public static Table of(List<Column> columns, List<JsonNode> first, Instant now, OptionalInt width, Paint paint) {
        List<List<String>> cells = first.stream()
                .map(row ->
                        columns.stream().map(column -> column.cell(row, now)).toList())
                .toList();
        return new Table(columns, Layout.of(columns, cells, width), paint, width.isPresent());
    }

    public String header() {
        List<String> titles =
                layout.shown().stream().map(i -> columns.get(i).title()).toList();
        return paint.header(line(titles, true).get(0));
    }

    /** A row; more than one line if something in it goes on. */
    public List<String> lines(JsonNode row, Instant now) {
        List<String> cells =
                layout.shown().stream().map(i -> columns.get(i).cell(row, now)).toList();
        for (int i = 0; i < cells.size(); i++) {
            if (columns.get(layout.shown().get(i)).form() == Form.STATE) {
                inferred |= cells.get(i).endsWith(Form.INFERRED);
                unknown |= cells.get(i).endsWith(Form.UNKNOWN);
            }
        }
        return line(cells, false);
    }

    /** What the reader has to know about the rows so far. */
    public List<String> legend() {
        List<String> legend = new ArrayList<>();
        if (inferred) {
            legend.add("* inferred: it follows from what the kernel answered; nobody observed it");
        }
        if (unknown) {
            legend.add("? nobody knows");
        }
        if (!layout.leftOut().isEmpty()) {
            legend.add("left out for want of width: " + String.join(", ", layout.leftOut()));
        }
        return legend;
    }

    private List<String> line(List<String> cells, boolean title) {
        List<List<String>> parts = new ArrayList<>();
        int height = 1;
        for (int i = 0; i < cells.size(); i++) {
            List<String> part = fitted(i, cells.get(i));
            parts.add(part);
            height = Math.max(height, part.size());
        }
        List<String> lines = new ArrayList<>();
        for (int k = 0; k < height; k++) {
            List<String> pieces = new ArrayList<>();
            for (int i = 0; i < cells.size(); i++) {
                String piece = k < parts.get(i).size() ? parts.get(i).get(k) : "";
                pieces.add(padded(i, piece, title));
            }
            lines.add(pieces.stream().collect(Collectors.joining(Layout.GAP)).stripTrailing());
        }
        return lines;
    }

    private List<String> fitted(int i, String cell) {
        int width = layout.widths().get(i);
        if (!screen || Layout.length(cell) <= width) {
            return List.of(cell);
        }
        return column(i).form().wraps() ? Wrapping.lines(cell, width) : List.of(Wrapping.cut(cell, width));
    }

    private String padded(int i, String piece, boolean title) {
        String blanks = " ".repeat(Math.max(0, layout.widths().get(i) - Layout.length(piece)));
        String painted = title || column(i).form() != Form.STATE ? piece : paint.state(piece);
        return column(i).form().right() ? blanks + painted : painted + blanks;
    }

    private Column column(int i) {
        return columns.get(layout.shown().get(i));
    }
}

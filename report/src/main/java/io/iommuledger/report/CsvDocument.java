package io.iommuledger.report;

import de.siegmar.fastcsv.writer.CsvWriter;
import io.iommuledger.web.csv.Formulas;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All of a report for spreadsheets and scripts: every row of every table. A line begins with the id of the table that it
 * belongs to; of each, the first one has the names of its columns. Entries are a table of two columns, texts one of one. All
 * lines have as many fields, as RFC 4180 wants it, and a break inside a field is written as a backslash and a letter.
 */
final class CsvDocument implements Document {
    /** Of a line: the widest table has fewer columns. */
    private static final int FIELDS = 26;

    private static final int BUFFER_CHARS = 1 << 16;

    private final CsvWriter csv;

    /** Of the line that is being written. */
    private final String[] fields = new String[FIELDS];

    private String section = "";

    private CsvDocument(OutputStream out) {
        this.csv = CsvWriter.builder()
                .bufferSize(BUFFER_CHARS)
                .build(new OutputStreamWriter(new Unclosed(out), StandardCharsets.UTF_8));
    }

    static Document begin(OutputStream out, Title title) {
        CsvDocument document = new CsvDocument(out);
        document.line("report", List.of("kind", "title", "subject"));
        document.line("report", List.of(title.kind(), title.title(), title.subject()));
        return document;
    }

    @Override
    public void section(String id, String title) {
        section = id;
        line("section", List.of(id, title));
    }

    @Override
    public void text(String words) {
        line("text", List.of(section, words));
    }

    @Override
    public void entries(String id, List<Entry> entries) {
        line(id, List.of("name", "value"));
        entries.forEach(entry -> {
            List<Object> cells = new ArrayList<>();
            cells.add(entry.id());
            cells.add(entry.value());
            line(id, cells);
        });
    }

    @Override
    public void table(Table table, Rows rows) throws IOException {
        line(table.id(), table.columns().stream().map(Table.Column::id).toList());
        rows.each(cells -> line(table.id(), cells));
    }

    /** Lines have no place for it. */
    @Override
    public void chart(Chart chart) {}

    private void line(String table, List<?> cells) {
        if (cells.size() >= FIELDS) {
            throw new IllegalArgumentException("table " + table + " has more than " + (FIELDS - 1) + " columns");
        }
        fields[0] = table;
        int used = 1;
        for (Object cell : cells) {
            fields[used++] = field(cell);
        }
        Arrays.fill(fields, used, FIELDS, "");
        csv.writeRecord(fields);
    }

    /** A number is no formula, also one below zero. A row is one line: what is in a cell must not look like another row. */
    private static String field(@Nullable Object cell) {
        Object inside = Cells.inside(cell);
        return inside instanceof Number ? inside.toString() : Formulas.disarmed(onOneLine(Cells.text(inside)));
    }

    /** Most texts are: to look is cheaper than to replace nothing. */
    private static String onOneLine(String text) {
        return text.indexOf('\n') < 0 && text.indexOf('\r') < 0
                ? text
                : text.replace("\r", "\\r").replace("\n", "\\n");
    }

    @Override
    public void close() throws IOException {
        csv.close();
    }
}

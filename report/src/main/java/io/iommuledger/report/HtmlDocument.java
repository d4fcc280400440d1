package io.iommuledger.report;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLStreamException;

/** A report as one page that needs nothing else; of long tables the beginning, and how long they are. */
final class HtmlDocument implements Document {
    /** Letters: also on paper, for a proof has to be whole and is shorter. */
    private static final int MOST_OF_ENTRY = 4_000;

    private final Markup markup;
    private final Look look;
    private boolean inSection;

    /** Part of a page. */
    private interface Part {
        void write() throws XMLStreamException, IOException;
    }

    private HtmlDocument(Markup markup, Look look) {
        this.markup = markup;
        this.look = look;
    }

    static Document begin(OutputStream out, Title title) throws IOException {
        return begin(out, title, Look.SCREEN);
    }

    static HtmlDocument begin(OutputStream out, Title title, Look look) throws IOException {
        try {
            HtmlDocument document = new HtmlDocument(new Markup(new Unclosed(out)), look);
            document.head(title);
            return document;
        } catch (XMLStreamException e) {
            throw new IOException(e);
        }
    }

    private void head(Title title) throws XMLStreamException {
        markup.doctype();
        markup.line();
        markup.begin("html", "lang", "en");
        markup.begin("head");
        markup.empty("meta", "charset", "utf-8");
        markup.empty("meta", "name", "viewport", "content", "width=device-width");
        markup.empty("meta", "name", "description", "content", title.subject());
        markup.empty("meta", "name", "subject", "content", title.subject());
        markup.element("title", title.title());
        markup.element("style", look.style());
        markup.end();
        markup.line();
        markup.begin("body");
        markup.begin("main");
        markup.element("h1", title.title());
        markup.element("p", title.subject());
    }

    private static void written(Part part) throws IOException {
        try {
            part.write();
        } catch (XMLStreamException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void section(String id, String title) throws IOException {
        written(() -> {
            endSection();
            inSection = true;
            markup.begin("section", "aria-labelledby", id);
            markup.element("h2", title, "id", id);
        });
    }

    private void endSection() throws XMLStreamException {
        if (inSection) {
            markup.end();
            markup.line();
        }
    }

    @Override
    public void text(String words) throws IOException {
        written(() -> markup.element("p", words));
    }

    @Override
    public void entries(String id, List<Entry> entries) throws IOException {
        written(() -> {
            markup.begin("table", "id", "table-" + id);
            markup.begin("tbody");
            for (Entry entry : entries) {
                markup.begin("tr");
                markup.element("th", entry.title(), "scope", "row", "class", "name");
                markup.element("td", shortened(Cells.text(entry.value()), MOST_OF_ENTRY));
                markup.end();
            }
            markup.end();
            markup.end();
        });
    }

    @Override
    public void table(Table table, Rows rows) throws IOException {
        written(() -> {
            String heading = "title-" + table.id();
            markup.element("h3", table.title(), "id", heading);
            boolean[] begun = {false};
            long count = rows.first(look.mostRows(), cells -> {
                boolean first = !begun[0];
                begun[0] = true;
                written(() -> row(table, heading, cells, first));
            });
            if (begun[0]) {
                markup.end();
                markup.end();
                markup.end();
            }
            markup.element("p", total(count), "id", "total-" + table.id());
        });
    }

    private void row(Table table, String heading, List<?> cells, boolean first) throws XMLStreamException {
        if (first) {
            markup.begin("div", "class", "wide");
            markup.begin("table", "id", "table-" + table.id(), "aria-labelledby", heading);
            markup.begin("thead");
            markup.begin("tr");
            for (Table.Column column : table.columns()) {
                markup.element("th", column.title(), "scope", "col");
            }
            markup.end();
            markup.end();
            markup.begin("tbody");
        }
        markup.begin("tr");
        for (Object cell : cells) {
            markup.element("td", shortened(Cells.text(cell), look.mostLetters()));
        }
        markup.end();
        markup.line();
    }

    /** Its beginning, if it is longer, and how long it is. */
    private static String shortened(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
        return String.format(
                Locale.ROOT,
                "%s… (the first %,d of %,d characters; the same request with format json has all of them)",
                text.substring(0, end),
                end,
                text.length());
    }

    private String total(long count) {
        if (count == 0) {
            return "None.";
        }
        return count <= look.mostRows()
                ? String.format(Locale.ROOT, "%,d in all.", count)
                : String.format(
                        Locale.ROOT,
                        "The first %,d of %,d. The same request with format json or csv has all of them.",
                        look.mostRows(),
                        count);
    }

    @Override
    public void chart(Chart chart) throws IOException {
        written(() -> {
            markup.element("h3", chart.title());
            markup.begin("div", "class", "wide");
            new ChartSvg(markup).write(chart);
            markup.end();
            markup.element("p", chart.description());
        });
    }

    @Override
    public void close() throws IOException {
        written(() -> {
            endSection();
            markup.end();
            markup.end();
            markup.end();
            markup.line();
            markup.flush();
        });
    }
}

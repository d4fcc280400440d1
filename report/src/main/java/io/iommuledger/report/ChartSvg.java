package io.iommuledger.report;

import java.util.Locale;
import javax.xml.stream.XMLStreamException;

/** Writes pictures as SVG. */
final class ChartSvg {
    static final int WORDS_SIZE = 10;

    private final Markup markup;

    ChartSvg(Markup markup) {
        this.markup = markup;
    }

    void write(Chart chart) throws XMLStreamException {
        markup.begin(
                "svg",
                "xmlns",
                "http://www.w3.org/2000/svg",
                "role",
                "img",
                "aria-labelledby",
                "chart-" + chart.id() + " desc-" + chart.id(),
                "viewBox",
                "0 0 " + chart.width() + " " + chart.height(),
                "width",
                Integer.toString(chart.width()),
                "height",
                Integer.toString(chart.height()));
        markup.element("title", chart.title(), "id", "chart-" + chart.id());
        markup.element("desc", chart.description(), "id", "desc-" + chart.id());
        for (Chart.Shape shape : chart.shapes()) {
            write(shape);
        }
        markup.end();
    }

    private void write(Chart.Shape shape) throws XMLStreamException {
        switch (shape) {
            case Chart.Bar bar -> {
                markup.begin(
                        "rect",
                        "x",
                        number(bar.x()),
                        "y",
                        number(bar.y()),
                        "width",
                        number(bar.width()),
                        "height",
                        number(bar.height()),
                        "fill",
                        bar.colour());
                markup.element("title", bar.meaning());
                markup.end();
            }
            case Chart.Line line -> {
                markup.begin(
                        "line",
                        "x1",
                        number(line.x1()),
                        "y1",
                        number(line.y1()),
                        "x2",
                        number(line.x2()),
                        "y2",
                        number(line.y2()),
                        "stroke",
                        line.colour(),
                        "stroke-width",
                        "1");
                markup.element("title", line.meaning());
                markup.end();
            }
            case Chart.Words words ->
                markup.element(
                        "text",
                        words.text(),
                        "x",
                        number(words.x()),
                        "y",
                        number(words.y()),
                        "font-size",
                        Integer.toString(WORDS_SIZE));
        }
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}

package io.iommuledger.report;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A report about nothing real that has all that one can have. */
final class Told {
    static final Table LONG =
            Table.of("long", "A long table", "number:Number", "text:Text", "list:List", "truth:Truth", "absent:Absent");

    private Told() {}

    static byte[] as(Format format, int rows) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Document document = format.begin(
                out, new Title("test", "A test's report", "What a report can have: <everything> & more."))) {
            document.section("first", "The first section");
            document.text("A paragraph with \u0001 a control character, <markup> & a sign.");
            document.entries(
                    "entries",
                    List.of(
                            new Entry("words", "Words", "=1+1"),
                            new Entry("lines", "Lines", "one\ntwo\n\n\u2014 three\n"),
                            new Entry("none", "Nothing", Optional.empty())));
            document.table(LONG, taker -> {
                for (long i = 0; i < rows; i++) {
                    taker.take(Rows.row(
                            -i,
                            i % 2 == 0 ? "@formula" : "0x0000380000000000 to 0x00003800ffffffff",
                            List.of("0000:3b:00.0", "0000:3b:00.1"),
                            i % 2 == 0,
                            Optional.empty()));
                }
            });
            document.section("second", "The second section");
            document.table(Table.of("empty", "An empty table", "one:One"), Rows.NONE);
            document.chart(new Chart(
                    "chart",
                    "A picture",
                    "A bar of blue and a line, with words",
                    960,
                    60,
                    List.of(
                            new Chart.Bar(10, 10, 300, 12, "#56b4e9", "the bar"),
                            new Chart.Line(40, 0, 40, 40, "#000000", "the line"),
                            new Chart.Words(12, 20, "ACTIVE \u00e4"))));
        }
        return out.toByteArray();
    }
}

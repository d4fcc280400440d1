package io.iommuledger.query.report;

import io.iommuledger.report.Chart;
import io.iommuledger.report.Document;
import io.iommuledger.report.Entry;
import io.iommuledger.report.Rows;
import io.iommuledger.report.Table;
import java.io.IOException;
import java.util.List;

/** How far a report is that is being written, for others who look. */
final class Progress {
    private volatile String section = "";
    private volatile int sections;
    private volatile int begun;
    private volatile long rows;

    /**
     * What others see.
     *
     * @param section title of the one that is being written
     * @param begun   how many sections have been begun, that one among them
     * @param rows    of tables that have been read so far
     */
    record State(String section, int begun, int sections, long rows) {}

    State state() {
        return new State(section, begun, sections, rows);
    }

    void ending() {
        section = "layout";
    }

    /** The same document, which tells here what is written to it. */
    Document watch(Document document, int sections) {
        this.sections = sections;
        return new Watched(document);
    }

    /** One thread writes and counts. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    private void counted() {
        rows++;
    }

    private final class Watched implements Document {
        private final Document document;
        private int number;

        Watched(Document document) {
            this.document = document;
        }

        @Override
        public void section(String id, String title) throws IOException {
            section = title;
            number++;
            begun = number;
            document.section(id, title);
        }

        @Override
        public void text(String words) throws IOException {
            document.text(words);
        }

        @Override
        public void entries(String id, List<Entry> entries) throws IOException {
            document.entries(id, entries);
        }

        @Override
        public void table(Table table, Rows all) throws IOException {
            document.table(table, new Counted(all));
        }

        @Override
        public void chart(Chart chart) throws IOException {
            document.chart(chart);
        }

        @Override
        public void close() throws IOException {
            document.close();
        }
    }

    /** The same rows, which are counted as they are given. */
    private final class Counted implements Rows {
        private final Rows all;

        Counted(Rows all) {
            this.all = all;
        }

        @Override
        public void each(Taker taker) throws IOException {
            all.each(counting(taker));
        }

        @Override
        public long first(int most, Taker taker) throws IOException {
            return all.first(most, counting(taker));
        }

        private Taker counting(Taker taker) {
            return cells -> {
                counted();
                taker.take(cells);
            };
        }
    }
}

package io.iommuledger.report;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/**
 * What a report says, told in its order to whoever writes it down. No more of it is kept than its form needs. The same told
 * again is written with the same bytes.
 */
public interface Document extends Closeable {

    /** Begins the next section; all that is told before the following one is in it. */
    void section(String id, String title) throws IOException;

    /** A paragraph. */
    void text(String words) throws IOException;

    /** Names with their values. */
    void entries(String id, List<Entry> entries) throws IOException;

    /** Rows, which are asked for one after the other and may be very many. */
    void table(Table table, Rows rows) throws IOException;

    /** A picture. A form that has none says at most what it shows. */
    void chart(Chart chart) throws IOException;

    /** Ends the report. One that is not closed has no end. */
    @Override
    void close() throws IOException;
}

package io.iommuledger.report;

import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Gives the rows of a table one by one. */
@FunctionalInterface
public interface Rows {
    Rows NONE = taker -> {};

    void each(Taker taker) throws IOException;

    /** Takes rows. */
    @FunctionalInterface
    interface Taker {
        /**
         * @param cells a text, a number, a truth value, a list of texts, or an Optional of one of them, for each of the table's
         *     columns
         */
        void take(List<?> cells) throws IOException;
    }

    static List<?> row(Object... cells) {
        return Collections.unmodifiableList(Arrays.asList(cells));
    }
}

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

    /**
     * Gives the first ones, for a form that shows no more of them.
     *
     * @param most how many of them the taker is given
     * @return how many there are in all
     */
    default long first(int most, Taker taker) throws IOException {
        long[] count = {0};
        each(cells -> {
            count[0]++;
            if (count[0] <= most) {
                taker.take(cells);
            }
        });
        return count[0];
    }

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

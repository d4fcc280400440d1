package io.iommuledger.web;

import java.util.List;
import java.util.function.BiConsumer;

/** How an answer that is no JSON says which hosts are tainted. */
public final class TaintHeaders {
    private static final String ONE = "Ledger-Tainted";
    private static final String MANY = "Ledger-Tainted-Hosts";

    /** All headers of an answer together have 8 KiB. */
    private static final int MOST_CHARS = 4_000;

    private TaintHeaders() {}

    /**
     * Of an answer about one host.
     *
     * @param set takes a header's name and value
     */
    public static void ofHost(boolean tainted, BiConsumer<String, String> set) {
        set.accept(ONE, Boolean.toString(tainted));
    }

    /** Their ids with blanks between; {@code +N} behind them if there are N more than a header takes. */
    public static void ofHosts(List<String> tainted, BiConsumer<String, String> set) {
        StringBuilder ids = new StringBuilder();
        int named = 0;
        for (String host : tainted) {
            if (ids.length() + host.length() > MOST_CHARS) {
                break;
            }
            ids.append(ids.isEmpty() ? "" : " ").append(host);
            named++;
        }
        set.accept(MANY, named == tainted.size() ? ids.toString() : ids + " +" + (tainted.size() - named));
    }
}

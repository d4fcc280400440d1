package io.iommuledger.web.csv;

/** Keeps a spreadsheet from taking a text for a formula. */
public final class Formulas {
    private static final String BEGINS = "=+-@\t\r";

    private Formulas() {}

    /** The text, with an apostrophe before it if it would be taken for a formula. */
    public static String disarmed(String text) {
        return text.isEmpty() || BEGINS.indexOf(text.charAt(0)) < 0 ? text : "'" + text;
    }
}

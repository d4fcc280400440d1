package io.iommuledger.lifecycle.host;

/** A text of anybody's making in a message of ours: in quotes, on one line, and of no more than a length. */
public final class Shown {
    private static final int MOST = 80;

    private Shown() {}

    public static String of(String text) {
        boolean whole = text.length() <= MOST;
        StringBuilder shown = new StringBuilder("'");
        text.codePoints().limit(MOST).forEach(each -> {
            if (Character.isISOControl(each) || each == '\u2028' || each == '\u2029') {
                shown.append(String.format("\\u%04x", each));
            } else {
                shown.appendCodePoint(each);
            }
        });
        return whole ? shown.append('\'').toString() : shown + "…' (" + text.length() + " characters)";
    }
}

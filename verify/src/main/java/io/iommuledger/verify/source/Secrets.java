package io.iommuledger.verify.source;

import java.util.regex.Pattern;

/** Passwords, which may stand in a JDBC URL, and are not to be shown. */
public final class Secrets {
    private static final Pattern IN_URL = Pattern.compile("(?i)(password=)[^&]*");
    private static final Pattern IN_TEXT = Pattern.compile("(?i)(password=)[^&\\s]*");

    private Secrets() {}

    /** A text in which there may be a URL. */
    public static String hidden(String text) {
        return IN_TEXT.matcher(text).replaceAll("$1…");
    }

    /** A URL and nothing else: a password that is not encoded may have any character but the one that ends it. */
    static String hiddenUrl(String url) {
        return IN_URL.matcher(url).replaceAll("$1…");
    }
}

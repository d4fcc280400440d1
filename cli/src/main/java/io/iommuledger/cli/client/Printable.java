package io.iommuledger.cli.client;

/**
 * Texts of others on this terminal. Paths and subjects come from hosts and from whoever dials in; a control character in
 * one of them must not command the terminal of who reads it.
 */
public final class Printable {

    private Printable() {}

    public static String of(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            switch (Character.getType(c)) {
                case Character.CONTROL,
                        Character.FORMAT,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR,
                        Character.SURROGATE -> clean.append(String.format("\\u%04x", c));
                default -> clean.appendCodePoint(c);
            }
        });
        return clean.toString();
    }
}

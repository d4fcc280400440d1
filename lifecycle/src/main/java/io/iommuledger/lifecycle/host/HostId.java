package io.iommuledger.lifecycle.host;

import java.util.regex.Pattern;

/**
 * A host's configured id, else its name. Letters, digits, {@code .}, {@code -} and {@code _}, at most 63 of them, so that
 * it can stand in a path, a stream name and a mapping's id.
 */
public record HostId(String value) implements Comparable<HostId> {

    /** What a host's id looks like, for those who are to give one. */
    public static final String FORM_IN_WORDS =
            "1 to 63 letters, digits, '.', '-' or '_', beginning with a letter or digit";

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    public HostId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("no host id: " + Shown.of(value) + "; expected " + FORM_IN_WORDS);
        }
    }

    @Override
    public int compareTo(HostId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}

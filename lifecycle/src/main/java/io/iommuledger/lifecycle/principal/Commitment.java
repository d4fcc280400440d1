package io.iommuledger.lifecycle.principal;

import io.iommuledger.lifecycle.host.Shown;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * What an event holds of the name of a principal: a hash over it and a random salt. Whoever has both can check that the
 * event's principal had that name; without the salt the name can be neither read nor guessed from it. docs/erasure.md has
 * the formula.
 *
 * @param hex the 32 bytes of a SHA-256, in lower case
 */
public record Commitment(String hex) {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

    public Commitment {
        if (!FORM.matcher(hex).matches()) {
            throw new IllegalArgumentException(
                    "no commitment: " + Shown.of(hex) + "; expected 64 hexadecimal digits in lower case");
        }
    }

    /** @param sha256 its 32 bytes */
    public static Commitment of(byte[] sha256) {
        return new Commitment(HexFormat.of().formatHex(sha256));
    }

    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    @Override
    public String toString() {
        return hex;
    }
}

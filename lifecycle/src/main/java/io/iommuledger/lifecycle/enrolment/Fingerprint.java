package io.iommuledger.lifecycle.enrolment;

import io.iommuledger.lifecycle.host.Shown;
import java.util.Base64;
import java.util.regex.Pattern;

/** What an operator compares: {@code SHA256:} and the unpadded Base64 of the SHA-256 of a host's public key. */
public record Fingerprint(String value) {
    private static final String PREFIX = "SHA256:";
    /** What one looks like, for those who are to give one. */
    public static final String FORM_IN_WORDS =
            "SHA256: and 43 characters of Base64 without padding, as the agent prints it at its start";

    /** 43 characters hold two bits more than 32 bytes: there is one way only to write a fingerprint. */
    private static final Pattern FORM = Pattern.compile(PREFIX + "[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]");

    public Fingerprint {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("no fingerprint: " + Shown.of(value) + "; expected " + FORM_IN_WORDS);
        }
    }

    /** @param sha256 of a host's public key in its X.509 form */
    public static Fingerprint of(byte[] sha256) {
        return new Fingerprint(PREFIX + Base64.getEncoder().withoutPadding().encodeToString(sha256));
    }

    /** The 32 bytes that it was made of. */
    public byte[] sha256() {
        return Base64.getDecoder().decode(value.substring(PREFIX.length()));
    }

    @Override
    public String toString() {
        return value;
    }
}

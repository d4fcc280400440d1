package io.iommuledger.lifecycle.enrolment;

import java.util.Base64;
import java.util.regex.Pattern;

/** What an operator compares: {@code SHA256:} and the unpadded Base64 of the SHA-256 of a host's public key. */
public record Fingerprint(String value) {
    private static final String PREFIX = "SHA256:";
    private static final Pattern FORM = Pattern.compile(PREFIX + "[A-Za-z0-9+/]{43}");

    public Fingerprint {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("no fingerprint: '" + value
                    + "'; expected SHA256: and 43 characters, as the agent prints it at its start");
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

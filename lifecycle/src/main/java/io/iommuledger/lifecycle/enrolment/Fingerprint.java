package io.iommuledger.lifecycle.enrolment;

import java.util.regex.Pattern;

/** What an operator compares: {@code SHA256:} and the unpadded Base64 of the SHA-256 of a host's public key. */
public record Fingerprint(String value) {
    private static final Pattern FORM = Pattern.compile("SHA256:[A-Za-z0-9+/]{43}");

    public Fingerprint {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("no fingerprint: '" + value
                    + "'; expected SHA256: and 43 characters, as the agent prints it at its start");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}

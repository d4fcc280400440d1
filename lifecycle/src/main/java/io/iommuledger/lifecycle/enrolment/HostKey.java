package io.iommuledger.lifecycle.enrolment;

import java.util.Base64;

/**
 * A host's public key, Ed25519.
 *
 * @param base64      of its X.509 form (SubjectPublicKeyInfo, DER, 44 bytes)
 * @param fingerprint of the same bytes
 */
public record HostKey(String base64, Fingerprint fingerprint) {
    /** The form's beginning: everything but the key's 32 bytes. */
    private static final String HEADER = "MCowBQYDK2VwAyEA";

    private static final int BYTES = 44;
    private static final int MOST_SHOWN = 80;

    public HostKey {
        if (!base64.startsWith(HEADER) || Base64.getDecoder().decode(base64).length != BYTES) {
            throw new IllegalArgumentException("no Ed25519 public key of 44 bytes in its X.509 form: "
                    + base64.substring(0, Math.min(base64.length(), MOST_SHOWN)));
        }
    }

    public byte[] encoded() {
        return Base64.getDecoder().decode(base64);
    }
}

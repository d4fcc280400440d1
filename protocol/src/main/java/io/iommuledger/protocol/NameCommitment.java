package io.iommuledger.protocol;

import io.iommuledger.lifecycle.principal.Commitment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;

/** How a {@link Commitment} is made; docs/erasure.md has the formula. */
public final class NameCommitment {
    private static final int SALT_BYTES = 32;

    private static final String DOMAIN = "iommu-ledger principal v1\n";

    private NameCommitment() {}

    /** Each part is preceded by its length in bytes, 32 bits big-endian, so that no two lists of parts are one text. */
    public static Commitment of(String id, String kind, String name, byte[] salt) {
        if (salt.length != SALT_BYTES) {
            throw new IllegalArgumentException("the salt has " + salt.length + " bytes, not " + SALT_BYTES);
        }
        MessageDigest digest = Sha256.begun();
        digest.update(DOMAIN.getBytes(StandardCharsets.US_ASCII));
        for (String part : List.of(id, kind, name)) {
            update(digest, part.getBytes(StandardCharsets.UTF_8));
        }
        update(digest, salt);
        return Commitment.of(digest.digest());
    }

    private static void update(MessageDigest digest, byte[] part) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
        digest.update(part);
    }
}

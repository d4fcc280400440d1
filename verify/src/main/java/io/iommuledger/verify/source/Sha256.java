package io.iommuledger.verify.source;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The one hash that everything here is made with. */
public final class Sha256 {

    private Sha256() {}

    public static MessageDigest fresh() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new LinkageError("every Java has SHA-256", e);
        }
    }
}

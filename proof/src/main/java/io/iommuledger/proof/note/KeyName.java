package io.iommuledger.proof.note;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** What a key is called, and the number that stands beside the name. */
final class KeyName {

    private KeyName() {}

    /** @throws IllegalArgumentException if the name is empty or has a space, a plus or a control character */
    static String require(String name) {
        boolean fit = !name.isEmpty()
                && name.codePoints()
                        .noneMatch(c -> c == '+'
                                || Character.isWhitespace(c)
                                || Character.isSpaceChar(c)
                                || Character.isISOControl(c));
        if (!fit) {
            throw new IllegalArgumentException(
                    "'" + name + "' is no name of a key: it is not empty and has no spaces, '+' or control characters");
        }
        return name;
    }

    static int id(String name, byte type, byte[] key) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(name.getBytes(StandardCharsets.UTF_8));
            sha256.update((byte) '\n');
            sha256.update(type);
            sha256.update(key);
            return ByteBuffer.wrap(sha256.digest()).getInt();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}

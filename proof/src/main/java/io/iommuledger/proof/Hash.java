package io.iommuledger.proof;

import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** A SHA-256, of a leaf or of a node of the tree. */
public final class Hash {
    public static final int BYTES = 32;

    private final byte[] bytes;

    private Hash(byte[] bytes) {
        this.bytes = bytes;
    }

    /** @throws IllegalArgumentException if they are not 32 */
    public static Hash of(byte[] bytes) {
        return at(bytes, 0, bytes.length);
    }

    /** One of several that stand behind each other. */
    public static Hash at(byte[] hashes, int index) {
        return at(hashes, index * BYTES, BYTES);
    }

    private static Hash at(byte[] bytes, int offset, int length) {
        if (length != BYTES) {
            throw new IllegalArgumentException("a hash has " + BYTES + " bytes, not " + length);
        }
        return new Hash(Arrays.copyOfRange(bytes, offset, offset + length));
    }

    /** @throws IllegalArgumentException if the text is not that of 32 bytes */
    public static Hash ofBase64(String text) {
        Hash hash = of(Base64.getDecoder().decode(text));
        if (!hash.toBase64().equals(text)) {
            throw new IllegalArgumentException("'" + text + "' is no base64 of a hash as it is written");
        }
        return hash;
    }

    public String toBase64() {
        return Base64.getEncoder().encodeToString(bytes);
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    void copyTo(byte[] hashes, int index) {
        System.arraycopy(bytes, 0, hashes, index * BYTES, BYTES);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Hash hash && Arrays.equals(bytes, hash.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** 64 lower-case digits. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}

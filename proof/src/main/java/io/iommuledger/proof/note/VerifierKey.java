package io.iommuledger.proof.note;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * A key that verifies notes. Its text, {@code name+id+key}, is what is given to whoever is to trust it.
 */
public final class VerifierKey {
    static final byte ED25519 = 1;
    static final byte COSIGNATURE = 4;

    private final String name;
    private final byte type;
    private final byte[] key;
    private final int id;

    private VerifierKey(String name, byte type, byte[] key) {
        this.name = KeyName.require(name);
        this.type = type;
        this.key = key;
        this.id = KeyName.id(name, type, key);
    }

    static VerifierKey ed25519(String name, byte[] key) {
        return new VerifierKey(name, ED25519, key);
    }

    /** @throws IllegalArgumentException if it is none */
    public static VerifierKey parse(String text) {
        if (text.startsWith(SigningKey.BEGINNING)) {
            throw new IllegalArgumentException(
                    "this is a private key, which the log signs with and nobody else should have; its verifier key is meant");
        }
        String[] parts = text.split("\\+", 3);
        if (parts.length != 3) {
            throw new IllegalArgumentException("'" + text + "' is no verifier key: one is name+id+base64");
        }
        byte[] typed = decoded(text, parts[2]);
        if (typed.length != 1 + Ed25519.KEY_BYTES || (typed[0] != ED25519 && typed[0] != COSIGNATURE)) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no verifier key of a kind that is known: Ed25519 (01) or its cosignatures (04)");
        }
        VerifierKey read = new VerifierKey(parts[0], typed[0], Arrays.copyOfRange(typed, 1, typed.length));
        if (!read.toString().equals(text)) {
            throw new IllegalArgumentException("'" + text + "' is no verifier key: its id is not that of its key");
        }
        return read;
    }

    private static byte[] decoded(String text, String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException none) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no verifier key: '" + base64 + "' is not base64: " + none.getMessage(), none);
        }
    }

    public String name() {
        return name;
    }

    public int id() {
        return id;
    }

    /**
     * Whether this key has signed the note. A signature that claims to be of this key and is not spoils all others.
     */
    public boolean verifies(SignedNote note) {
        boolean found = false;
        for (NoteSignature each : note.signatures()) {
            if (each.name().equals(name) && each.id() == id) {
                if (!made(each, note.text())) {
                    return false;
                }
                found = true;
            }
        }
        return found;
    }

    /** Whether this key made a signature over a text. */
    public boolean made(NoteSignature signature, String text) {
        if (!signature.name().equals(name) || signature.id() != id) {
            return false;
        }
        return type == ED25519
                ? Ed25519.verify(key, text.getBytes(StandardCharsets.UTF_8), signature.signature())
                : cosigned(signature.signature(), text);
    }

    private boolean cosigned(byte[] stamped, String text) {
        if (stamped.length != Long.BYTES + Ed25519.SIGNATURE_BYTES) {
            return false;
        }
        long time = ByteBuffer.wrap(stamped).getLong();
        String message = "cosignature/v1\ntime " + Long.toUnsignedString(time) + "\n" + text;
        return time >= 0
                && Ed25519.verify(
                        key,
                        message.getBytes(StandardCharsets.UTF_8),
                        Arrays.copyOfRange(stamped, Long.BYTES, stamped.length));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VerifierKey that && toString().equals(that.toString());
    }

    @Override
    public int hashCode() {
        return id;
    }

    @Override
    public String toString() {
        byte[] typed = new byte[1 + key.length];
        typed[0] = type;
        System.arraycopy(key, 0, typed, 1, key.length);
        return name + "+" + HexFormat.of().toHexDigits(id) + "+"
                + Base64.getEncoder().encodeToString(typed);
    }
}

package io.iommuledger.proof.note;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** A key that signs notes; Ed25519. Its text is the one that Go's {@code note} package reads and writes. */
public final class SigningKey {
    static final String BEGINNING = "PRIVATE+KEY+";

    private final byte[] seed;
    private final VerifierKey verifier;

    private SigningKey(String name, byte[] seed) {
        this.seed = seed.clone();
        this.verifier = VerifierKey.ed25519(name, Ed25519.publicKey(seed));
    }

    /** @throws IllegalArgumentException if no key can be called so */
    public static void requireName(String name) {
        KeyName.require(name);
    }

    public static SigningKey fresh(String name) {
        return new SigningKey(name, Ed25519.freshSeed());
    }

    /** @throws IllegalArgumentException if it is none; the message does not repeat it */
    public static SigningKey parse(String text) {
        String[] parts = text.split("\\+", 5);
        if (!text.startsWith(BEGINNING) || parts.length != 5) {
            throw new IllegalArgumentException("no signing key: one is PRIVATE+KEY+name+id+base64");
        }
        byte[] typed = Base64.getDecoder().decode(parts[4]);
        if (typed.length != 1 + Ed25519.KEY_BYTES || typed[0] != VerifierKey.ED25519) {
            throw new IllegalArgumentException("no signing key: its last part is not that of an Ed25519 key");
        }
        SigningKey key = new SigningKey(parts[2], Arrays.copyOfRange(typed, 1, typed.length));
        if (!key.text().equals(text)) {
            throw new IllegalArgumentException("no signing key: its parts do not belong together");
        }
        return key;
    }

    /** Whoever has it signs as this key. */
    public String text() {
        byte[] typed = new byte[1 + seed.length];
        typed[0] = VerifierKey.ED25519;
        System.arraycopy(seed, 0, typed, 1, seed.length);
        return BEGINNING + verifier.name() + "+" + HexFormat.of().toHexDigits(verifier.id()) + "+"
                + Base64.getEncoder().encodeToString(typed);
    }

    public VerifierKey verifier() {
        return verifier;
    }

    /** @param text ends with a newline */
    public SignedNote sign(String text) {
        byte[] signature = Ed25519.sign(seed, text.getBytes(StandardCharsets.UTF_8));
        return SignedNote.of(text, new NoteSignature(verifier.name(), verifier.id(), signature));
    }
}

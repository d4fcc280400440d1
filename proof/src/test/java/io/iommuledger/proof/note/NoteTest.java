package io.iommuledger.proof.note;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.iommuledger.proof.Hash;
import io.iommuledger.proof.TreeHasher;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Notes against the examples of C2SP's signed-note and of Go's note package. */
class NoteTest {
    private static final String SIGNING =
            "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    private static final String VERIFIER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    private static final String TEXT = """
            If you think cryptography is the answer to your problem,
            then you don't know what your problem is.
            """;
    private static final String SIGNED = TEXT
            + "\n\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
    private static final String EXAMPLE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    private static final String EXAMPLE = """
            This is an example message.

            \u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
            """;

    @Test
    void signsByteForByteAsGoDoes() {
        SigningKey key = SigningKey.parse(SIGNING);
        assertThat(key.verifier()).hasToString(VERIFIER);
        assertThat(key.text()).isEqualTo(SIGNING);
        assertThat(key.sign(TEXT)).hasToString(SIGNED);
    }

    @Test
    void verifiesThePublishedExamples() {
        assertThat(VerifierKey.parse(VERIFIER).verifies(SignedNote.parse(SIGNED)))
                .isTrue();
        assertThat(VerifierKey.parse(EXAMPLE_KEY).verifies(SignedNote.parse(EXAMPLE)))
                .isTrue();
        assertThat(VerifierKey.parse(VERIFIER).verifies(SignedNote.parse(EXAMPLE)))
                .isFalse();
    }

    @Test
    void oneWrongSignatureOfAKnownKeySpoilsTheNote() {
        VerifierKey key = VerifierKey.parse(VERIFIER);
        SignedNote note = SignedNote.parse(SIGNED);
        byte[] wrong = note.signatures().getFirst().signature().clone();
        wrong[0] ^= 1;
        SignedNote spoilt = note.with(List.of(new NoteSignature(key.name(), key.id(), wrong)));
        SignedNote stranger = note.with(List.of(new NoteSignature(key.name(), key.id() + 1, wrong)));
        assertThat(key.verifies(spoilt)).isFalse();
        assertThat(key.verifies(stranger)).isTrue();
        assertThat(SignedNote.parse(stranger.toString())).hasToString(stranger.toString());
    }

    @Test
    void everyOtherTextOrSignatureIsNoneOfTheKey() {
        VerifierKey key = VerifierKey.parse(VERIFIER);
        for (int i = 0; i < SIGNED.length(); i++) {
            String other = SIGNED.substring(0, i) + (char) (SIGNED.charAt(i) ^ 1) + SIGNED.substring(i + 1);
            assertThat(verifies(key, other)).as("character %s changed", i).isFalse();
            assertThat(verifies(key, SIGNED.substring(0, i))).as("cut at %s", i).isFalse();
        }
    }

    private static boolean verifies(VerifierKey key, String note) {
        try {
            return key.verifies(SignedNote.parse(note));
        } catch (IllegalArgumentException noNote) {
            return false;
        }
    }

    @Test
    void whatIsNoKeyIsNone() {
        for (int i = 0; i < VERIFIER.length(); i++) {
            String changed = VERIFIER.substring(0, i) + (char) (VERIFIER.charAt(i) + 1) + VERIFIER.substring(i + 1);
            assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> VerifierKey.parse(changed));
        }
        for (int i = 0; i < SIGNING.length(); i++) {
            String cut = SIGNING.substring(0, i);
            assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> SigningKey.parse(cut));
        }
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> SigningKey.fresh("two words"));
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> SigningKey.fresh("one+two"));
    }

    @Test
    void aCheckpointIsThreeLines() {
        Hash root = new TreeHasher().leaf("hello world".getBytes(StandardCharsets.US_ASCII));
        Checkpoint checkpoint = new Checkpoint("go.sum database tree", 123_456_789_012L, root);
        assertThat(checkpoint.text())
                .isEqualTo("go.sum database tree\n123456789012\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=\n");
        SigningKey key = SigningKey.fresh("example.com/log");
        SignedNote signed = SignedNote.parse(checkpoint.signedBy(key).toString());
        assertThat(VerifierKey.parse(key.verifier().toString()).verifies(signed))
                .isTrue();
        assertThat(Checkpoint.of(signed)).isEqualTo(checkpoint);
        for (String wrong : List.of(
                "log\n0x1\n" + root.toBase64() + "\n",
                "log\n01\n" + root.toBase64() + "\n",
                "log\n1\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBTOOBIG=\n",
                "log\n9999999999999999999\n" + root.toBase64() + "\n",
                "log\n1\n")) {
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .as(wrong)
                    .isThrownBy(() -> Checkpoint.of(key.sign(wrong)));
        }
    }

    @Test
    void aWitnessSignsTheTimeToo() {
        Hash root = new TreeHasher().empty();
        SignedNote note = new Checkpoint("example.com/log", 0, root).signedBy(SigningKey.fresh("example.com/log"));
        byte[] seed = Ed25519.freshSeed();
        byte[] stamped = cosigned(seed, 1_679_315_147, note.text());
        String typed = base64(new byte[] {VerifierKey.COSIGNATURE}, Ed25519.publicKey(seed));
        int id = KeyName.id("w.example/1", VerifierKey.COSIGNATURE, Ed25519.publicKey(seed));
        VerifierKey witness = VerifierKey.parse("w.example/1+" + HexFormat.of().toHexDigits(id) + "+" + typed);
        NoteSignature signature = SignedNote.signatures(new NoteSignature("w.example/1", id, stamped).line())
                .getFirst();
        assertThat(witness.verifies(note.with(List.of(signature)))).isTrue();
        stamped[Long.BYTES - 1] ^= 1;
        assertThat(witness.made(new NoteSignature("w.example/1", id, stamped), note.text()))
                .as("another time")
                .isFalse();
        assertThat(witness.verifies(note)).isFalse();
    }

    private static byte[] cosigned(byte[] seed, long time, String text) {
        String message = "cosignature/v1\ntime " + time + "\n" + text;
        return ByteBuffer.allocate(Long.BYTES + Ed25519.SIGNATURE_BYTES)
                .putLong(time)
                .put(Ed25519.sign(seed, message.getBytes(StandardCharsets.UTF_8)))
                .array();
    }

    private static String base64(byte[] first, byte[] second) {
        return Base64.getEncoder()
                .encodeToString(ByteBuffer.allocate(first.length + second.length)
                        .put(first)
                        .put(second)
                        .array());
    }
}

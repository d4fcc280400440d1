package io.iommuledger.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.iommuledger.lifecycle.enrolment.HostKey;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.protocol.v1.GatewayProto.Hello;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SigningTest {
    private static final StreamId STREAM = new StreamId(new HostId("rack7"), 3);
    private static final Hello HELLO = Hello.newBuilder()
            .setHost("rack7")
            .setEpoch(3)
            .setInstance(ByteString.copyFromUtf8("instance"))
            .setMachineId("machine")
            .setSession(1)
            .setPublicKey(ByteString.copyFromUtf8("key"))
            .build();

    @Test
    void aBatchsMessageIsThisOneForEver() {
        assertThat(HexFormat.of().formatHex(Signing.batch(STREAM, 7, records("a", "bc"))))
                .as("computed by another program, of what the store's migration says")
                .isEqualTo("696f6d6d752d6c656467657220626174636820763100"
                        + "d684af744a285314fb04aaf35c5ca120ac3ac90cd38a35d0745a9f9033a6d22b");
    }

    @Test
    void noTwoBatchesShareAMessage() {
        Set<String> messages = new HashSet<>();
        for (byte[] message : List.of(
                Signing.batch(STREAM, 7, records("a", "bc")),
                Signing.batch(STREAM, 7, records("ab", "c")),
                Signing.batch(STREAM, 7, records("abc")),
                Signing.batch(STREAM, 7, records("a", "bc", "")),
                Signing.batch(STREAM, 8, records("a", "bc")),
                Signing.batch(new StreamId(STREAM.host(), 4), 7, records("a", "bc")),
                Signing.batch(new StreamId(new HostId("rack8"), 3), 7, records("a", "bc")))) {
            messages.add(HexFormat.of().formatHex(message));
        }
        assertThat(messages).hasSize(7);
    }

    @Test
    void everythingThatHelloSaysIsSigned() {
        ByteString nonce = ByteString.copyFrom(new byte[Signing.NONCE_BYTES]);
        Set<String> messages = new HashSet<>();
        for (Hello hello : List.of(
                HELLO,
                HELLO.toBuilder().setHost("rack8").build(),
                HELLO.toBuilder().setEpoch(4).build(),
                HELLO.toBuilder().setInstance(ByteString.EMPTY).build(),
                HELLO.toBuilder().setRemainder(true).build(),
                HELLO.toBuilder().setMachineId("machine2").build(),
                HELLO.toBuilder().setSession(2).build(),
                HELLO.toBuilder().setPublicKey(ByteString.EMPTY).build())) {
            messages.add(HexFormat.of().formatHex(Signing.challenge(nonce, hello)));
        }
        messages.add(HexFormat.of().formatHex(Signing.challenge(ByteString.EMPTY, HELLO)));
        assertThat(messages)
                .as("one for each field, as none is left out; a new field is to be signed, too")
                .hasSize(Hello.getDescriptor().getFields().size() + 2);
    }

    @Test
    void aSignatureIsOfItsMessageAndKeyOnly() throws GeneralSecurityException {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        HostKey key = Signing.key(pair.getPublic().getEncoded());
        HostKey other = Signing.key(KeyPairGenerator.getInstance("Ed25519")
                .generateKeyPair()
                .getPublic()
                .getEncoded());
        byte[] message = {1, 2, 3};
        byte[] signature = Signing.sign(pair.getPrivate(), message);
        assertThat(Signing.verify(key, message, signature)).isTrue();
        assertThat(Signing.verify(other, message, signature)).isFalse();
        assertThat(Signing.verify(key, new byte[] {1, 2}, signature)).isFalse();
        assertThat(Signing.verify(key, message, new byte[64])).isFalse();
        assertThat(Signing.verify(key, message, new byte[0])).isFalse();
    }

    @Test
    void theJdkSignsAndVerifiesTheSame() throws GeneralSecurityException {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        HostKey key = Signing.key(pair.getPublic().getEncoded());
        for (int length = 0; length < 200; length += 13) {
            byte[] message = new byte[length];
            Signature jdk = Signature.getInstance("Ed25519");
            jdk.initSign(pair.getPrivate());
            jdk.update(message);
            byte[] signature = jdk.sign();
            assertThat(Signing.sign(pair.getPrivate(), message)).isEqualTo(signature);
            assertThat(Signing.verify(key, message, signature)).isTrue();
            for (int bit = 0; bit < Byte.SIZE * signature.length; bit += 7) {
                byte[] flipped = signature.clone();
                flipped[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
                assertThat(Signing.verify(key, message, flipped))
                        .as("bit %d", bit)
                        .isFalse();
            }
        }
    }

    @Test
    void whatIsNoPointOfTheCurveVerifiesNothing() {
        byte[] encoded = HexFormat.of().parseHex("302a300506032b6570032100" + "ff".repeat(32));
        assertThat(Signing.verify(Signing.key(encoded), new byte[3], new byte[64]))
                .isFalse();
    }

    private static List<byte[]> records(String... texts) {
        return List.of(texts).stream()
                .map(text -> text.getBytes(StandardCharsets.US_ASCII))
                .toList();
    }
}

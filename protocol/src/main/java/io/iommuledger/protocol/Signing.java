package io.iommuledger.protocol;

import com.google.protobuf.ByteString;
import io.iommuledger.lifecycle.enrolment.Fingerprint;
import io.iommuledger.lifecycle.enrolment.HostKey;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.protocol.v1.GatewayProto.Hello;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.interfaces.EdECPrivateKey;
import java.util.Base64;
import java.util.Optional;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;

/**
 * What a host's key signs, Ed25519. Each kind of message begins with a name of its own, so that a signature of one is none
 * of another; what varies in length has its length before it, 4 bytes, big-endian as every number.
 */
public final class Signing {
    public static final int NONCE_BYTES = 32;

    private static final byte[] CHALLENGE = "iommu-ledger challenge v1\0".getBytes(StandardCharsets.US_ASCII);

    private Signing() {}

    /** All that an agent says of itself, with the server's nonce: the name, then the fields in Hello's order. */
    public static byte[] challenge(ByteString nonce, Hello hello) {
        byte[] host = hello.getHost().getBytes(StandardCharsets.UTF_8);
        byte[] machine = hello.getMachineId().getBytes(StandardCharsets.UTF_8);
        int lengths = nonce.size()
                + host.length
                + hello.getInstance().size()
                + machine.length
                + hello.getPublicKey().size();
        ByteBuffer message = ByteBuffer.allocate(CHALLENGE.length + lengths + 5 * Integer.BYTES + 2 * Long.BYTES + 1);
        message.put(CHALLENGE);
        put(message, nonce.toByteArray());
        put(message, host);
        message.putLong(hello.getEpoch());
        put(message, hello.getInstance().toByteArray());
        message.put((byte) (hello.getRemainder() ? 1 : 0));
        put(message, machine);
        message.putLong(hello.getSession());
        put(message, hello.getPublicKey().toByteArray());
        return message.array();
    }

    /** A batch of facts, as {@link BatchMessage} puts it together. */
    public static byte[] batch(StreamId stream, long firstSequence, Iterable<byte[]> records) {
        BatchMessage message = new BatchMessage(stream, firstSequence);
        records.forEach(message::add);
        return message.bytes();
    }

    /** @throws IllegalArgumentException if the bytes are no Ed25519 key in its X.509 form */
    public static HostKey key(byte[] encoded) {
        return new HostKey(Base64.getEncoder().encodeToString(encoded), Fingerprint.of(sha256(encoded)));
    }

    public static byte[] sha256(byte[] bytes) {
        return Sha256.begun().digest(bytes);
    }

    /** @param key an Ed25519 one, of whatever provider */
    public static byte[] sign(PrivateKey key, byte[] message) {
        Ed25519Signer signer = new Ed25519Signer();
        signer.init(true, secret(key));
        signer.update(message, 0, message.length);
        return signer.generateSignature();
    }

    /** Whether a key made a signature of a message. Bytes that are no signature are none of it. */
    public static boolean verify(HostKey key, byte[] message, byte[] signature) {
        Optional<Ed25519PublicKeyParameters> by = known(key);
        if (by.isEmpty()) {
            return false;
        }
        Ed25519Signer signer = new Ed25519Signer();
        signer.init(false, by.get());
        signer.update(message, 0, message.length);
        return signer.verifySignature(signature);
    }

    private static Ed25519PrivateKeyParameters secret(PrivateKey key) {
        if (key instanceof EdECPrivateKey edwards && edwards.getBytes().isPresent()) {
            return new Ed25519PrivateKeyParameters(edwards.getBytes().get());
        }
        throw new IllegalArgumentException("a key of " + key.getAlgorithm() + " does not sign Ed25519");
    }

    /** Empty if the bytes are no point of the curve. */
    private static Optional<Ed25519PublicKeyParameters> known(HostKey key) {
        byte[] encoded = key.encoded();
        try {
            return Optional.of(
                    new Ed25519PublicKeyParameters(encoded, encoded.length - Ed25519PublicKeyParameters.KEY_SIZE));
        } catch (IllegalArgumentException noPoint) {
            return Optional.empty();
        }
    }

    private static void put(ByteBuffer to, byte[] field) {
        to.putInt(field.length).put(field);
    }
}

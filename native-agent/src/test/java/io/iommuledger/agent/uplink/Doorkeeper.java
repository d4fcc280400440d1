package io.iommuledger.agent.uplink;

import com.google.protobuf.ByteString;
import io.iommuledger.lifecycle.enrolment.HostKey;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.protocol.Signing;
import io.iommuledger.protocol.v1.GatewayProto.Challenge;
import io.iommuledger.protocol.v1.GatewayProto.FactBatch;
import io.iommuledger.protocol.v1.GatewayProto.GatewayMessage;
import io.iommuledger.protocol.v1.GatewayProto.Hello;
import io.iommuledger.protocol.v1.GatewayProto.Proof;
import io.iommuledger.protocol.v1.GatewayProto.Welcome;
import java.security.SecureRandom;
import java.util.List;

/** The part of a command side that asks an agent for its key, and checks what it signs. Of one call. */
public final class Doorkeeper {
    private final ByteString nonce;
    private final Hello hello;

    public Doorkeeper(Hello hello) {
        byte[] random = new byte[Signing.NONCE_BYTES];
        new SecureRandom().nextBytes(random);
        this.nonce = ByteString.copyFrom(random);
        this.hello = hello;
    }

    public Hello hello() {
        return hello;
    }

    public GatewayMessage challenge() {
        return GatewayMessage.newBuilder()
                .setChallenge(Challenge.newBuilder().setNonce(nonce))
                .build();
    }

    public boolean accepts(Proof proof) {
        return Signing.verify(
                key(), Signing.challenge(nonce, hello), proof.getSignature().toByteArray());
    }

    public boolean accepts(FactBatch batch) {
        byte[] signed = Signing.batch(
                new StreamId(new HostId(hello.getHost()), hello.getEpoch()),
                batch.getFirstSequence(),
                batch.getRecordsList().stream().map(ByteString::toByteArray).toList());
        return Signing.verify(key(), signed, batch.getSignature().toByteArray());
    }

    /** @param stored all that is stored of the stream */
    public static GatewayMessage welcome(List<ByteString> stored) {
        Welcome.Builder welcome = Welcome.newBuilder().setNextSequence(stored.size());
        if (!stored.isEmpty()) {
            welcome.setLastRecordSha256(
                    ByteString.copyFrom(Signing.sha256(stored.getLast().toByteArray())));
        }
        return GatewayMessage.newBuilder().setWelcome(welcome).build();
    }

    private HostKey key() {
        return Signing.key(hello.getPublicKey().toByteArray());
    }
}

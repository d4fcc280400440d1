package io.iommuledger.command.gateway;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.iommuledger.lifecycle.enrolment.HostKey;
import io.iommuledger.lifecycle.enrolment.MachineId;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.protocol.Signing;
import io.iommuledger.protocol.Wire;
import io.iommuledger.protocol.v1.GatewayProto.Hello;
import java.util.UUID;

/**
 * An agent that has proved to hold a key.
 *
 * @param stream    of the epoch that it speaks for
 * @param machineId where it runs
 * @param session   counts the Hellos of its process
 * @param remainder whether the epoch is over
 */
record Peer(StreamId stream, UUID instance, String machineId, HostKey key, long session, boolean remainder) {

    /**
     * @throws IllegalArgumentException if Hello says what cannot be
     * @throws SentAway if the nonce, with all that Hello says, is not signed by the key that Hello names
     */
    static Peer proved(Hello hello, ByteString nonce, ByteString signature) {
        if (!hello.getMachineId().isEmpty()) {
            MachineId.checked(hello.getMachineId());
        }
        HostKey key = Signing.key(hello.getPublicKey().toByteArray());
        if (!Signing.verify(key, Signing.challenge(nonce, hello), signature.toByteArray())) {
            throw new SentAway(
                    Status.Code.UNAUTHENTICATED,
                    "the challenge is not signed by the key that Hello names, " + key.fingerprint());
        }
        return new Peer(
                stream(hello),
                Wire.uuid(hello.getInstance()),
                hello.getMachineId(),
                key,
                hello.getSession(),
                hello.getRemainder());
    }

    static StreamId stream(Hello hello) {
        return new StreamId(new HostId(hello.getHost()), hello.getEpoch());
    }

    HostId host() {
        return stream.host();
    }
}

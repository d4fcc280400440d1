package io.iommuledger.command;

import com.google.protobuf.ByteString;
import io.iommuledger.lifecycle.enrolment.HostKey;
import io.iommuledger.protocol.Signing;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;

/** A host's key in a test's hand. */
record TestKey(HostKey known, PrivateKey secret) {
    /** Of every host of which a test wants nothing else. */
    static final TestKey USUAL = fresh();

    static TestKey fresh() {
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            return new TestKey(Signing.key(pair.getPublic().getEncoded()), pair.getPrivate());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    String fingerprint() {
        return known.fingerprint().value();
    }

    ByteString sign(byte[] message) {
        return ByteString.copyFrom(Signing.sign(secret, message));
    }
}

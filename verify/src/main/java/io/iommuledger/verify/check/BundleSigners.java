package io.iommuledger.verify.check;

import io.iommuledger.lifecycle.enrolment.Fingerprint;
import io.iommuledger.lifecycle.enrolment.HostKey;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.protocol.Signing;
import io.iommuledger.protocol.StoredSignature;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Whose signatures a bundle has. */
final class BundleSigners {
    private final Keys keys = new Keys();
    private final Optional<Trust> trust;
    private final Findings findings;
    private final Set<Fingerprint> signers = new HashSet<>();
    private final Set<String> objections = new HashSet<>();
    private long batches;
    private long facts;

    BundleSigners(Optional<Trust> trust, Findings findings) {
        this.trust = trust;
        this.findings = findings;
    }

    /** Takes an event of enrolment. */
    void take(long position, byte[] payload) {
        keys.take(position, payload);
    }

    /**
     * Verifies a signature.
     *
     * @param message that it is of
     * @param first   position of the first fact that it covers
     * @param last    of the last one
     */
    void verify(StreamId stream, StoredSignature signature, byte[] message, long first, long last) {
        String what = "the facts " + signature.firstSequence() + " to " + signature.lastSequence() + " of " + stream;
        Optional<Fingerprint> fingerprint = fingerprint(signature);
        Optional<HostKey> key = fingerprint.flatMap(known -> keys.of(stream.host(), known));
        if (key.isEmpty()) {
            findings.add(new Finding(
                    first,
                    last,
                    Evidence.SIGNATURE,
                    what + " are signed by '" + signature.key() + "', which the log never let speak for the host"));
            return;
        }
        trust.flatMap(known -> known.objection(stream.host(), key.get().fingerprint()))
                .filter(objections::add)
                .ifPresent(objection -> findings.add(new Finding(first, last, Evidence.SIGNATURE, objection)));
        if (!Signing.verify(key.get(), message, signature.signature())) {
            findings.add(
                    new Finding(first, last, Evidence.SIGNATURE, what + " are not those that the host's key signed"));
            return;
        }
        signers.add(key.get().fingerprint());
        batches++;
        facts += signature.lastSequence() - signature.firstSequence() + 1;
    }

    private static Optional<Fingerprint> fingerprint(StoredSignature signature) {
        try {
            return Optional.of(new Fingerprint(signature.key()));
        } catch (IllegalArgumentException none) {
            return Optional.empty();
        }
    }

    SignatureCounts counts() {
        return new SignatureCounts(batches, facts, signers.size());
    }
}

package io.iommuledger.verify.check;

import io.iommuledger.lifecycle.enrolment.Fingerprint;
import io.iommuledger.lifecycle.enrolment.HostKey;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.protocol.StoredSignature;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** By whom batches are signed, and whether they may. */
final class Signers {
    private final Keys keys;
    private final Optional<Trust> trust;
    private final Findings findings;
    private final Set<Fingerprint> signers = new HashSet<>();
    private final Set<String> objections = new HashSet<>();
    private long batches;
    private long facts;
    private long removed;

    Signers(Keys keys, Optional<Trust> trust, Findings findings) {
        this.keys = keys;
        this.trust = trust;
        this.findings = findings;
    }

    /**
     * The key with which a signature is to be verified; empty if there is none, and then that is a finding.
     *
     * @param facts that it covers
     * @param first position of the first one
     * @param last  of the last one
     */
    Optional<HostKey> key(StreamId stream, StoredSignature signature, long facts, long first, long last) {
        String what = inWords(stream, signature);
        Fingerprint fingerprint;
        try {
            fingerprint = new Fingerprint(signature.key());
        } catch (IllegalArgumentException none) {
            findings.add(
                    new Finding(first, last, Evidence.SIGNATURE, what + " are signed by a key without fingerprint"));
            return Optional.empty();
        }
        trust.flatMap(known -> known.objection(stream.host(), fingerprint))
                .filter(objections::add)
                .ifPresent(objection -> findings.add(new Finding(first, last, Evidence.SIGNATURE, objection)));
        Optional<HostKey> key = keys.of(stream.host(), fingerprint);
        if (key.isEmpty()) {
            findings.add(new Finding(
                    first,
                    last,
                    Evidence.SIGNATURE,
                    what + " are signed by " + fingerprint + ", which the log never let speak for the host"));
            return key;
        }
        signers.add(fingerprint);
        batches++;
        this.facts += facts;
        return key;
    }

    /** Whether the log lets the key of a signature speak for the host. */
    boolean knows(StreamId stream, StoredSignature signature) {
        try {
            return keys.of(stream.host(), new Fingerprint(signature.key())).isPresent();
        } catch (IllegalArgumentException none) {
            return false;
        }
    }

    /** The last one for which there was a key cannot be verified: it is over payloads that were removed. */
    void notCheckable(long ofFacts) {
        batches--;
        facts -= ofFacts;
        removed += ofFacts;
    }

    static String inWords(StreamId stream, StoredSignature signature) {
        return "the facts " + signature.firstSequence() + " to " + signature.lastSequence() + " of " + stream;
    }

    /** That the key made another signature, or none. */
    static Finding notMade(StreamId stream, StoredSignature signature, long first, long last) {
        return new Finding(
                first,
                last,
                Evidence.SIGNATURE,
                inWords(stream, signature) + " are not those that the host's key signed");
    }

    SignatureCounts counts() {
        return new SignatureCounts(batches, facts, removed, signers.size());
    }
}

package io.iommuledger.verify.check;

import io.iommuledger.protocol.Sha256;
import io.iommuledger.protocol.StoredRecord;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is left of the records that a removal names, held against the digest in its event. That is one over all of them, so
 * which record was changed is told only by trying: the one with which, as it can have been, the digest is right.
 */
final class Remains {
    /** Of so many records each is tried: twice as many would take four times as long. */
    private static final int MOST_TRIED = 1_000;

    /** SHA-256 of each, behind each other. */
    private final ByteArrayOutputStream hashes = new ByteArrayOutputStream();

    private boolean whole = true;

    /** @param sha256 of what is left of the next record, encoded */
    void take(byte[] sha256) {
        hashes.writeBytes(sha256);
    }

    /** The next record is not there at all. */
    void lackOne() {
        whole = false;
    }

    /** @param digest in the event, hexadecimal */
    boolean fit(String digest) {
        return whole && hex(Sha256.begun().digest(hashes.toByteArray())).equals(digest);
    }

    /** Whether it is all there, and trying takes not too long. */
    boolean canBeTried() {
        return whole && hashes.size() <= MOST_TRIED * Sha256.BYTES;
    }

    /**
     * The record that was changed, as it was; empty if it was another, or more than one, or changed in what is not tried.
     *
     * @param records of the removal, in their order, as they are
     * @param types   that the rule is about
     * @param wanted  the digest in the event, hexadecimal
     */
    Optional<StoredRecord> changed(List<StoredRecord> records, Set<String> types, String wanted) {
        if (records.size() * Sha256.BYTES != hashes.size()) {
            return Optional.empty();
        }
        byte[] all = hashes.toByteArray();
        Set<String> versions = new TreeSet<>();
        records.forEach(record -> versions.add(record.version()));
        MessageDigest before = Sha256.begun();
        for (int i = 0; i < records.size(); i++) {
            int behind = (i + 1) * Sha256.BYTES;
            for (StoredRecord candidate : candidates(records.get(i), types, versions)) {
                MessageDigest digest = copy(before);
                digest.update(Sha256.begun().digest(candidate.encoded()));
                digest.update(all, behind, all.length - behind);
                if (hex(digest.digest()).equals(wanted)) {
                    return Optional.of(candidate);
                }
            }
            before.update(all, i * Sha256.BYTES, Sha256.BYTES);
        }
        return Optional.empty();
    }

    private static List<StoredRecord> candidates(StoredRecord record, Set<String> types, Set<String> versions) {
        List<StoredRecord> candidates = new ArrayList<>();
        if (record.removed()) {
            types.forEach(type -> candidates.add(with(record, type, record.version())));
            versions.forEach(version -> candidates.add(with(record, record.type(), version)));
        }
        return candidates;
    }

    private static StoredRecord with(StoredRecord record, String type, String version) {
        return new StoredRecord(
                record.position(),
                record.stream(),
                record.sequence(),
                type,
                version,
                record.storedAtNanos(),
                record.payload(),
                record.leafHash(),
                record.kept());
    }

    private static String hex(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }

    private static MessageDigest copy(MessageDigest digest) {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException e) {
            throw new LinkageError("SHA-256 of every Java can be copied", e);
        }
    }
}

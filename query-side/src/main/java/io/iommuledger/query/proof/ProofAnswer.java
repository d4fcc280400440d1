package io.iommuledger.query.proof;

import io.iommuledger.db.tree.SignedCheckpoint;
import io.iommuledger.db.tree.TreeLog;
import java.util.List;
import java.util.Optional;

/**
 * How the tree over the log stands.
 *
 * @param position of the newest event
 * @param size     leaves of the tree, which is the position of the last event that is in it
 * @param origin   what the log is called in its checkpoints
 * @param problem  why no checkpoint is signed
 */
record ProofAnswer(
        long position,
        long size,
        Optional<String> origin,
        Optional<CheckpointAnswer> checkpoint,
        Optional<String> problem,
        Optional<String> problemSince,
        List<KeyAnswer> keys,
        List<WitnessAnswer> witnesses) {

    /** @param note as it was signed, with the lines of witnesses */
    record CheckpointAnswer(long size, String root, String signedAt, String note) {
        static CheckpointAnswer of(SignedCheckpoint checkpoint) {
            return new CheckpointAnswer(
                    checkpoint.size(),
                    checkpoint.root().toBase64(),
                    checkpoint.signedAt().toString(),
                    checkpoint.note());
        }
    }

    /** @param firstSize of the first checkpoint that it signed */
    record KeyAnswer(String key, long firstSize) {
        static KeyAnswer of(TreeLog.LogKey key) {
            return new KeyAnswer(key.key(), key.firstSize());
        }
    }

    /** @param size of the last checkpoint that it took */
    record WitnessAnswer(
            String url,
            Optional<String> key,
            long size,
            Optional<String> answeredAt,
            String askedAt,
            Optional<String> problem) {
        static WitnessAnswer of(TreeLog.Witness witness) {
            return new WitnessAnswer(
                    witness.url(),
                    witness.key(),
                    witness.size(),
                    witness.answeredAt().map(Object::toString),
                    witness.askedAt().toString(),
                    witness.problem());
        }
    }
}

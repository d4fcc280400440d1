package io.iommuledger.query.bundle;

import io.iommuledger.db.tree.SignedCheckpoint;
import io.iommuledger.db.tree.TreeLog;
import io.iommuledger.proof.Hash;
import io.iommuledger.proof.Proofs;
import io.iommuledger.proof.TreeDamaged;
import io.iommuledger.protocol.bundle.Attachment;
import io.iommuledger.protocol.bundle.BundleWriter;
import io.iommuledger.query.form.Parameters;
import io.iommuledger.web.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Proves that a bundle's records are in the log, in the tree of a checkpoint that the log has signed. */
@Component
class BundleProofs {
    private static final Logger LOG = LoggerFactory.getLogger(BundleProofs.class);
    private static final int PART_BYTES = 1 << 20;

    private final TreeLog tree;

    BundleProofs(TreeLog tree) {
        this.tree = tree;
    }

    /**
     * The checkpoint that a request names by its size; else the first one that covers the log up to a position, so that the
     * same part has the same proof once there is one.
     *
     * @throws Problem if the one that is named is not there, or does not cover it
     */
    Optional<SignedCheckpoint> checkpoint(Optional<String> size, long to) {
        if (size.isEmpty()) {
            return tree.above(to - 1, 1).stream().findFirst();
        }
        return Optional.of(tree.ofSize(Parameters.natural("checkpoint", size.get()))
                .filter(checkpoint -> checkpoint.size() >= to)
                .orElseThrow(() -> Problem.badField(
                        "checkpoint",
                        size.get(),
                        "the size of a signed checkpoint from " + to
                                + " on, where the bundle ends; GET /api/v1/proof/checkpoints lists them")));
    }

    /** @param positions of the records, in their order */
    void write(BundleWriter writer, Optional<SignedCheckpoint> checkpoint, long[] positions) throws IOException {
        if (checkpoint.isEmpty()) {
            writer.attachment(
                    text(Attachment.NO_PROOF, "the log had signed no checkpoint yet that covers the records"));
            return;
        }
        SignedCheckpoint signed = checkpoint.get();
        try {
            Proofs proofs = tree.proofs(signed.size());
            try (Parts parts = new Parts(writer::proof)) {
                proofs.subset(
                        Arrays.stream(positions).map(position -> position - 1).iterator(), parts::take);
            }
            // As the tree has them, not as they follow from the records: which record is another one is seen by that.
            try (Parts parts = new Parts(writer::leaves)) {
                for (long position : positions) {
                    parts.take(proofs.leaf(position - 1));
                }
            }
        } catch (TreeDamaged damaged) {
            // In an incident the records are worth more than their proof. Without a checkpoint nobody looks at its
            // parts.
            LOG.warn("a bundle has no proof: {}", damaged.getMessage());
            writer.attachment(text(Attachment.NO_PROOF, String.valueOf(damaged.getMessage())));
            return;
        }
        writer.attachment(text(Attachment.LOG_CHECKPOINT, signed.note()));
    }

    /** Writes hashes that stand behind each other. */
    private interface Block {
        void write(byte[] hashes) throws IOException;
    }

    /** Gathers hashes into blocks. */
    private static final class Parts implements AutoCloseable {
        private final Block block;
        private final byte[] hashes = new byte[PART_BYTES];
        private int length;

        Parts(Block block) {
            this.block = block;
        }

        void take(Hash hash) throws IOException {
            System.arraycopy(hash.bytes(), 0, hashes, length, Hash.BYTES);
            length += Hash.BYTES;
            if (length == PART_BYTES) {
                close();
            }
        }

        @Override
        public void close() throws IOException {
            if (length > 0) {
                block.write(Arrays.copyOf(hashes, length));
                length = 0;
            }
        }
    }

    private static Attachment text(String name, String text) {
        return new Attachment(name, text.getBytes(StandardCharsets.UTF_8));
    }
}

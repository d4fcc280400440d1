package io.iommuledger.query.report;

import io.iommuledger.db.tree.SignedCheckpoint;
import io.iommuledger.db.tree.TreeLog;
import io.iommuledger.proof.Hash;
import io.iommuledger.proof.Proofs;
import io.iommuledger.proof.TreeDamaged;
import io.iommuledger.proof.note.NoteSignature;
import io.iommuledger.proof.note.SignedNote;
import io.iommuledger.proof.note.VerifierKey;
import io.iommuledger.report.Document;
import io.iommuledger.report.Entry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/**
 * The root of the tree over all records that the report rests on, and the first signed checkpoint that covers it. Which that
 * is does not change any more; witnesses' lines, which come later, are left out.
 */
@Component
@Order(20)
class ProofSection implements Section {
    private static final Logger LOG = LoggerFactory.getLogger(ProofSection.class);
    private static final long PATIENCE_NANOS = 5_000_000_000L;
    private static final long POLL_MILLIS = 20;

    /** Entries of a proof that no checkpoint covers. */
    private static final int UNSIGNED = 2;

    private final TreeLog tree;

    ProofSection(TreeLog tree) {
        this.tree = tree;
    }

    @Override
    public Heading heading() {
        return Heading.of(
                "integrity",
                "Integrity",
                EnumSet.allOf(Kind.class),
                Control.AU_9,
                Control.AU_10,
                Control.PCI_10_3,
                Control.ISO_5_28);
    }

    /** The tree follows the log by a tenth of a second or so. */
    @Override
    public void await(Period period) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (tree.state().size() < period.basis().position() && System.nanoTime() - end < 0) {
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    @Override
    public void write(Period period, Document document) throws IOException {
        long size = period.basis().position();
        if (size == 0) {
            document.text("The log is empty up to there: there is nothing to prove.");
            return;
        }
        if (tree.state().size() >= size) {
            prove(size, document);
        } else {
            document.text("not signed: the tree over the log has not come to position " + size + " yet.");
        }
        document.text(
                "This file has no signature of its own: the server that writes reports has no key. Its SHA-256 is in the"
                        + " answer's Repr-Digest.");
    }

    /** A report is worth more than its proof: it is written without one too. */
    private void prove(long size, Document document) throws IOException {
        List<Entry> entries;
        try {
            entries = proof(size);
        } catch (TreeDamaged damaged) {
            LOG.error("a report has no proof: {}", damaged.getMessage());
            document.text("not proven: " + damaged.getMessage() + "; compare with a copy, see docs/proof.md.");
            return;
        }
        document.entries("proof", entries);
        document.text(
                entries.size() > UNSIGNED
                        ? "The checkpoint is signed by the log. To check: verify its signature with a key that you have from"
                                + " elsewhere; if it has more leaves than this report rests on, the hashes of consistency"
                                + " lead from this root to its (RFC 9162, section 2.1.4.2); then hold the log against it"
                                + " (iommu-ledger verify), and make this report from that log again: the bytes are the same,"
                                + " unless payloads were removed since, which the other one tells."
                        : "not signed: no signed checkpoint covers position " + size + " yet.");
    }

    private List<Entry> proof(long size) {
        Hash root = tree.proofs(size).root();
        List<Entry> entries = new ArrayList<>(List.of(
                new Entry("size", "Leaves of the tree", size), new Entry("root", "Root hash", root.toBase64())));
        tree.above(size - 1, 1).stream()
                .findFirst()
                .ifPresent(checkpoint -> entries.addAll(signed(size, root, checkpoint)));
        return entries;
    }

    private List<Entry> signed(long size, Hash root, SignedCheckpoint checkpoint) {
        SignedNote all = SignedNote.parse(checkpoint.note());
        List<VerifierKey> keys = tree.keys().stream()
                .map(key -> VerifierKey.parse(key.key()))
                .filter(key -> key.verifies(all))
                .toList();
        List<NoteSignature> ofLog = all.signatures().stream()
                .filter(signature -> keys.stream().anyMatch(key -> key.made(signature, all.text())))
                .toList();
        Proofs proofs = tree.proofs(checkpoint.size());
        return List.of(
                new Entry("checkpoint", "Signed checkpoint", new SignedNote(all.text(), ofLog).toString()),
                new Entry("checkpointSize", "Leaves of the checkpoint", checkpoint.size()),
                new Entry(
                        "keys",
                        "Keys that signed it",
                        keys.stream().map(VerifierKey::toString).toList()),
                new Entry(
                        "consistency",
                        "Hashes of consistency",
                        checkpoint.size() == size
                                ? List.of()
                                : proofs.consistency(size).stream()
                                        .map(Hash::toBase64)
                                        .toList()),
                new Entry(
                        "continues",
                        "The checkpoint continues this root, by this server's word",
                        proofs.root(size).equals(root)));
    }
}

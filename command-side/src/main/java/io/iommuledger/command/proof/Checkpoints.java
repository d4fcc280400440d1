package io.iommuledger.command.proof;

import io.iommuledger.db.logging.Recurring;
import io.iommuledger.db.tree.SignedCheckpoint;
import io.iommuledger.db.tree.TreeListener;
import io.iommuledger.db.tree.TreeLog;
import io.iommuledger.db.tree.TreeRows;
import io.iommuledger.proof.GrowingTree;
import io.iommuledger.proof.Hash;
import io.iommuledger.proof.Verification;
import io.iommuledger.proof.note.Checkpoint;
import io.iommuledger.proof.note.SigningKey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signs what the tree is, on the tree's own thread. Before that it is proven to continue what was signed last, as the
 * database has it and as the file beside the key has it; if it does not, nothing is signed and everybody can see why. Nobody
 * outside sees a note before it is in the database.
 */
final class Checkpoints implements TreeListener {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
    private static final Duration AGAIN = Duration.ofSeconds(5);

    private final Path directory;
    private final Optional<String> name;
    private final Pace pace;
    private final TreeLog log;
    private final TreeRows rows;
    private final Witnesses witnesses;
    private final Recurring refusing = new Recurring();

    // Of the tree's thread only.
    private Optional<SigningKey> key = Optional.empty();
    private long ofTerm = -1;
    private long lastSize;
    private long lastAt;
    private boolean refused;

    /** @param name what the log is to be called; empty: what it is called, or anything */
    Checkpoints(Path directory, Optional<String> name, Pace pace, TreeLog log, TreeRows rows, Witnesses witnesses) {
        this.directory = directory;
        this.name = name;
        this.pace = pace;
        this.log = log;
        this.rows = rows;
        this.witnesses = witnesses;
    }

    @Override
    public void standing(long term, GrowingTree tree) {
        if (term != ofTerm) {
            begin(term);
        }
        Duration since = Duration.ofNanos(System.nanoTime() - lastAt);
        boolean first = lastSize == 0 && tree.size() > 0 && !refused;
        if (!first && !(refused ? since.compareTo(AGAIN) >= 0 : pace.due(tree.size() - lastSize, since))) {
            return;
        }
        lastAt = System.nanoTime();
        try {
            sign(term, tree);
            refused = false;
        } catch (NotSigned why) {
            refused = true;
            refusing.happened()
                    .ifPresent(times -> LOG.error(
                            "no checkpoint of the log is signed, {} times: {}; see docs/proof.md",
                            times,
                            why.getMessage()));
            rows.noteProblem(term, String.valueOf(why.getMessage()));
        }
    }

    private void begin(long term) {
        Optional<SignedCheckpoint> newest = log.newest();
        lastSize = newest.map(SignedCheckpoint::size).orElse(0L);
        lastAt = System.nanoTime();
        ofTerm = term;
        newest.ifPresent(witnesses::tell);
    }

    private void sign(long term, GrowingTree tree) {
        SigningKey signing = key();
        CheckpointFile file = new CheckpointFile(directory);
        Hash root = tree.root();
        Optional<SignedCheckpoint> newest = log.newest();
        newest.ifPresent(last -> requireContinues(last.size(), last.root(), "the database has", tree, root));
        last(file, signing)
                .ifPresent(last -> requireContinues(
                        last.size(), last.root(), directory.resolve(CheckpointFile.FILE) + " has", tree, root));
        newest.filter(last -> last.size() > lastSize).ifPresent(kept -> {
            // It was kept, and the answer that said so was lost.
            lastSize = kept.size();
            append(file, kept.note());
            witnesses.tell(kept);
        });
        if (tree.size() <= lastSize) {
            return;
        }
        String note = new Checkpoint(signing.verifier().name(), tree.size(), root)
                .signedBy(signing)
                .toString();
        rows.keepCheckpoint(term, tree.size(), root, signing.verifier().toString(), note);
        lastSize = tree.size();
        refusing.over();
        append(file, note);
        witnesses.tell(new SignedCheckpoint(tree.size(), root, note, Instant.now()));
    }

    private static Optional<Checkpoint> last(CheckpointFile file, SigningKey signing) {
        try {
            return file.last(signing.verifier())
                    .filter(last -> last.origin().equals(signing.verifier().name()));
        } catch (IOException e) {
            throw new NotSigned("the file of checkpoints cannot be read: " + e, e);
        }
    }

    private void requireContinues(long size, Hash before, String where, GrowingTree tree, Hash root) {
        if (size > tree.size()) {
            throw new NotSigned(where + " a signed checkpoint of " + size + " leaves, and the tree has only "
                    + tree.size() + ": records that were there are gone");
        }
        if (!Verification.consistency(
                size, before, tree.size(), root, log.proofs(tree.size()).consistency(size))) {
            throw new NotSigned(where + " a signed checkpoint of " + size + " leaves that the tree of " + tree.size()
                    + " leaves does not continue: the tree or the checkpoint was changed");
        }
    }

    private void append(CheckpointFile file, String note) {
        try {
            file.append(note);
        } catch (IOException e) {
            LOG.warn("a checkpoint is in the database and not in the file: {}", e.toString());
        }
    }

    private static void requireFit(String origin) {
        try {
            SigningKey.requireName(origin);
        } catch (IllegalArgumentException wrong) {
            throw new NotSigned(
                    wrong.getMessage() + ". A former release took it as the name of this log, and no checkpoint"
                            + " could be signed. As owner of the database: UPDATE tree SET origin = NULL; then start again");
        }
    }

    private SigningKey key() {
        if (key.isEmpty()) {
            String origin = rows.nameLog(name.orElseGet(
                    () -> "iommu-ledger/" + UUID.randomUUID().toString().substring(0, 8)));
            requireFit(origin);
            if (name.isPresent() && !name.get().equals(origin)) {
                throw new NotSigned("this log is called '" + origin + "' since its first checkpoint, not '" + name.get()
                        + "'; start with --log-name " + origin + ", or without it");
            }
            SigningKey read = LogKey.in(directory, origin);
            LOG.info("checkpoints of the log are signed with the key {}", read.verifier());
            key = Optional.of(read);
        }
        return key.get();
    }
}

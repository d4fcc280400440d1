package io.iommuledger.query.proof;

import io.iommuledger.db.EventLog;
import io.iommuledger.db.tree.SignedCheckpoint;
import io.iommuledger.db.tree.TreeLog;
import io.iommuledger.proof.Hash;
import io.iommuledger.proof.Proofs;
import io.iommuledger.proof.TreeDamaged;
import io.iommuledger.proof.TreeHasher;
import io.iommuledger.proof.Verification;
import io.iommuledger.protocol.StoredRecord;
import io.iommuledger.query.form.Parameters;
import io.iommuledger.web.Problem;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET proof/events/{position}} and {@code GET proof/consistency}. */
@RestController
class InclusionController {
    private final TreeLog tree;
    private final EventLog log;

    /**
     * That an event is in the tree of a checkpoint.
     *
     * @param record     the stored record, the leaf's data; if its payload was removed, what is left of it, with
     *                   {@code leaf_hash} in it
     * @param removed    whether its payload was removed
     * @param leafHash   of the record as it stands in the log now
     * @param hashes     from the leaf's neighbour up to the root's child
     * @param holds      whether the proof holds of the record; whoever checks does so himself
     * @param checkpoint the signed note
     */
    record Inclusion(
            long position,
            long leafIndex,
            String record,
            boolean removed,
            String leafHash,
            long size,
            String root,
            List<String> hashes,
            boolean holds,
            String checkpoint) {}

    /** That the tree of one size is the beginning of that of another. */
    record Consistency(long from, String fromRoot, long to, String toRoot, List<String> hashes) {}

    InclusionController(TreeLog tree, EventLog log) {
        this.tree = tree;
        this.log = log;
    }

    @GetMapping("/api/v1/proof/events/{position}")
    Inclusion inclusion(@PathVariable String position, @RequestParam Optional<String> size) {
        long at = Parameters.natural("position", position);
        StoredRecord record = log.records(at - 1, at, 1).stream().findFirst().orElseThrow(() -> absent(at, position));
        SignedCheckpoint checkpoint = checkpoint(size);
        if (at > checkpoint.size()) {
            throw Problem.notFound(
                    "proof of event",
                    position,
                    "the checkpoint of " + checkpoint.size() + " leaves is older; the next one will have it");
        }
        Proofs proofs = tree.proofs(checkpoint.size());
        byte[] bytes = record.encoded();
        // The hash of a record whose payload was removed cannot be made any more: it is the one that was kept.
        Hash leaf = record.removed() ? Hash.of(record.leafHash()) : new TreeHasher().leaf(bytes);
        List<Hash> hashes = proofs.inclusion(at - 1);
        return new Inclusion(
                at,
                at - 1,
                Base64.getEncoder().encodeToString(bytes),
                record.removed(),
                leaf.toBase64(),
                checkpoint.size(),
                checkpoint.root().toBase64(),
                base64(hashes),
                Verification.inclusion(at - 1, checkpoint.size(), leaf, hashes, checkpoint.root()),
                checkpoint.note());
    }

    /** No position is left out. */
    private RuntimeException absent(long at, String position) {
        long head = Math.max(0, log.head());
        return at > 0 && at <= Math.max(head, tree.state().size())
                ? new TreeDamaged("the log has no record at position " + at + ", and has had one")
                : Problem.notFound("event", position, "the newest is at position " + head);
    }

    @GetMapping("/api/v1/proof/consistency")
    Consistency consistency(@RequestParam("from") Optional<String> begin, @RequestParam Optional<String> to) {
        String from = begin.orElseThrow(() -> Problem.missing("from", "a size of the tree"));
        long size = tree.state().size();
        long later = upTo("to", to.orElseGet(() -> Long.toString(size)), size);
        long earlier = upTo("from", from, later);
        Proofs proofs = tree.proofs(later);
        return new Consistency(
                earlier,
                proofs.root(earlier).toBase64(),
                later,
                proofs.root().toBase64(),
                base64(proofs.consistency(earlier)));
    }

    private SignedCheckpoint checkpoint(Optional<String> size) {
        return size.map(text -> tree.ofSize(Parameters.natural("size", text))
                        .orElseThrow(() -> Problem.badField(
                                "size", text, "the size of a checkpoint; GET /api/v1/proof/checkpoints lists them")))
                .or(tree::newest)
                .orElseThrow(() -> Problem.notFound(
                        "checkpoint", "newest", "none was signed yet; GET /api/v1/proof says whether one will be"));
    }

    private static long upTo(String field, String text, long most) {
        long size = Parameters.natural(field, text);
        if (size > most) {
            throw Problem.badField(field, text, "a size of the tree from 0 to " + most);
        }
        return size;
    }

    private static List<String> base64(List<Hash> hashes) {
        return hashes.stream().map(Hash::toBase64).toList();
    }
}

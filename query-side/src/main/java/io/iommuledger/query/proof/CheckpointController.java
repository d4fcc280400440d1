package io.iommuledger.query.proof;

import io.iommuledger.db.EventLog;
import io.iommuledger.db.tree.SignedCheckpoint;
import io.iommuledger.db.tree.TreeLog;
import io.iommuledger.query.form.Parameters;
import io.iommuledger.query.proof.ProofAnswer.CheckpointAnswer;
import io.iommuledger.query.proof.ProofAnswer.KeyAnswer;
import io.iommuledger.query.proof.ProofAnswer.WitnessAnswer;
import io.iommuledger.web.Problem;
import io.iommuledger.web.access.Unrecorded;
import java.util.List;
import java.util.Optional;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET proof} and the checkpoints below it. */
@RestController
@Unrecorded("what is signed of the log: its size and hash, which are for everybody to keep")
class CheckpointController {
    private static final int USUAL = 100;
    private static final int MOST = 1_000;

    private final TreeLog tree;
    private final EventLog log;

    /** @param next what to pass as {@code after} for the next page */
    record Checkpoints(long size, long next, List<CheckpointAnswer> checkpoints) {}

    CheckpointController(TreeLog tree, EventLog log) {
        this.tree = tree;
        this.log = log;
    }

    @GetMapping("/api/v1/proof")
    ProofAnswer state() {
        TreeLog.State state = tree.state();
        return new ProofAnswer(
                Math.max(0, log.head()),
                state.size(),
                state.origin(),
                tree.newest().map(CheckpointAnswer::of),
                state.problem(),
                state.problemSince().map(Object::toString),
                tree.keys().stream().map(KeyAnswer::of).toList(),
                tree.witnesses().stream().map(WitnessAnswer::of).toList());
    }

    @GetMapping("/api/v1/proof/checkpoint")
    ResponseEntity<byte[]> newest() {
        return Bytes.text(tree.newest()
                .orElseThrow(() -> Problem.notFound(
                        "checkpoint", "newest", "none was signed yet; GET /api/v1/proof says whether one will be"))
                .note());
    }

    @GetMapping("/api/v1/proof/checkpoints")
    Checkpoints list(@RequestParam(defaultValue = "0") String after, @RequestParam Optional<String> limit) {
        long above = Parameters.natural("after", after);
        List<SignedCheckpoint> found = tree.above(above, Parameters.limit(limit, USUAL, MOST));
        return new Checkpoints(
                tree.state().size(),
                found.isEmpty() ? above : found.getLast().size(),
                found.stream().map(CheckpointAnswer::of).toList());
    }

    @GetMapping("/api/v1/proof/checkpoints/{size}")
    ResponseEntity<byte[]> ofSize(@PathVariable String size) {
        return Bytes.text(tree.ofSize(Parameters.natural("size", size))
                .orElseThrow(() -> Problem.notFound(
                        "checkpoint", size, "GET /api/v1/proof/checkpoints lists the sizes that were signed"))
                .note());
    }
}

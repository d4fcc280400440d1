package io.iommuledger.verify.check;

import io.iommuledger.lifecycle.host.Scope;
import io.iommuledger.proof.Hash;
import io.iommuledger.proof.Subset;
import io.iommuledger.proof.note.Checkpoint;
import io.iommuledger.proof.note.SignedNote;
import io.iommuledger.protocol.StoredSignature;
import io.iommuledger.protocol.bundle.Attachment;
import io.iommuledger.protocol.bundle.BadBundle;
import io.iommuledger.protocol.bundle.BundleFile;
import io.iommuledger.protocol.bundle.Manifest;
import io.iommuledger.verify.source.Block;
import io.iommuledger.verify.source.Unreadable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.stream.IntStream;

/**
 * Holds an incident bundle against a checkpoint of the log: that each of its records is, byte for byte, at its place in the
 * tree of that checkpoint. What else a bundle has (how everything stood where it begins, completeness, taint) is the word of
 * the server that wrote it. Of each record 40 bytes are in memory.
 */
public final class BundleVerifier {
    private static final int RECORDS_AT_ONCE = 1_000;

    private final Path path;
    private final Optional<Trust> trust;
    private final Findings findings = new Findings();
    private final Examiner examiner = new Examiner();
    private final ByteArrayOutputStream leaves = new ByteArrayOutputStream();
    private long[] indices = new long[RECORDS_AT_ONCE];
    private int count;
    private List<byte[]> waiting = new ArrayList<>();

    private BundleVerifier(Path path, Optional<Trust> trust) {
        this.path = path;
        this.trust = trust;
    }

    /**
     * Verifies a bundle.
     *
     * @param held  at least one, signed by the log
     * @param trust empty if hosts' keys are not to be compared with any
     * @throws Unreadable if it is no bundle, has no proof, or shows its records in the tree of none of the checkpoints
     */
    public static Report verify(Path path, List<Held> held, Optional<Trust> trust) throws Unreadable {
        BundleVerifier verifier = new BundleVerifier(path, trust);
        try (BundleFile bundle = BundleFile.open(path)) {
            return verifier.report(bundle, held);
        } catch (BadBundle damaged) {
            verifier.findings.add(new Finding(
                    1, Long.MAX_VALUE, Evidence.FORM, "it was changed or broken off " + damaged.getMessage()));
            return verifier.damaged();
        } catch (IOException e) {
            throw new Unreadable(path + " cannot be read: " + e, e);
        }
    }

    private Report report(BundleFile bundle, List<Held> held) throws IOException, Unreadable {
        long size = size(bundle);
        List<Held> comparable =
                held.stream().filter(each -> each.size() == size).toList();
        if (comparable.isEmpty()) {
            throw new Unreadable(path + " shows its records in the tree of " + size
                    + " records, and the checkpoints are of "
                    + held.stream().map(each -> Long.toString(each.size())).toList()
                    + ". Ask for the bundle again with \"checkpoint\": "
                    + held.getLast().size());
        }
        BundleStreams streams = new BundleStreams(signatures(bundle), trust, findings);
        bundle.earlier((record, encoded) -> take(streams, encoded));
        examine(streams);
        int earlier = count;
        bundle.records((record, encoded) -> take(streams, encoded));
        examine(streams);
        streams.end();
        Manifest manifest = bundle.manifest();
        boolean whole = manifest.scope().hosts().isEmpty();
        if (whole) {
            requireEvery(manifest, earlier);
        }
        int covered = (int) Arrays.stream(indices, 0, count)
                .takeWhile(index -> index < size)
                .count();
        Optional<Hash> root = root(bundle, size, covered);
        List<Report.Outcome> outcomes = new ArrayList<>();
        for (Held each : comparable) {
            boolean holds = root.equals(Optional.of(each.checkpoint().root()));
            outcomes.add(new Report.Outcome(each, holds));
            if (!holds) {
                findings.add(new Finding(
                        covered == 0 ? 1 : indices[0] + 1,
                        covered == 0 ? size : indices[covered - 1] + 1,
                        Evidence.CHECKPOINT,
                        "records and proof do not lead to the root that the log signed in " + each.name()));
            }
        }
        boolean holds = outcomes.stream().allMatch(Report.Outcome::holds);
        return new Report(
                path + ", a bundle of " + inWords(manifest),
                count,
                holds ? covered : 0,
                0,
                outcomes,
                streams.counts(),
                streams.signatures(),
                trust.isPresent(),
                findings.list(),
                findings.count(),
                Optional.of(new Report.Part(count - covered, whole)));
    }

    private Report damaged() {
        return new Report(
                path + ", a bundle",
                0,
                0,
                0,
                List.of(),
                new StreamCounts(0, 0, 0, 0),
                new SignatureCounts(0, 0, 0),
                trust.isPresent(),
                findings.list(),
                findings.count(),
                Optional.of(new Report.Part(0, false)));
    }

    /** How many records the tree has in which the bundle shows its own. */
    private long size(BundleFile bundle) throws Unreadable {
        Optional<byte[]> note = bundle.attachment(Attachment.LOG_CHECKPOINT);
        if (note.isEmpty()) {
            throw new Unreadable(path + " has no proof"
                    + bundle.attachment(Attachment.NO_PROOF)
                            .map(why -> ": " + new String(why, StandardCharsets.UTF_8))
                            .orElse(""));
        }
        try {
            long size = Checkpoint.of(SignedNote.parse(new String(note.get(), StandardCharsets.UTF_8)))
                    .size();
            return size;
        } catch (IllegalArgumentException e) {
            throw new Unreadable(path + " has a checkpoint that is none: " + e.getMessage(), e);
        }
    }

    private static Map<String, Queue<StoredSignature>> signatures(BundleFile bundle) throws IOException {
        Map<String, Queue<StoredSignature>> signatures = new HashMap<>();
        bundle.signatures(each -> signatures
                .computeIfAbsent(each.stream(), fresh -> new ArrayDeque<>())
                .add(each));
        return signatures;
    }

    private void take(BundleStreams streams, byte[] encoded) {
        waiting.add(encoded);
        if (waiting.size() == RECORDS_AT_ONCE) {
            examine(streams);
        }
    }

    private void examine(BundleStreams streams) {
        Examined block = examiner.examine(Block.of(waiting, List.of()));
        waiting = new ArrayList<>();
        block.findings.forEach(findings::add);
        leaves.writeBytes(block.leaves);
        if (count + block.records() > indices.length) {
            indices = Arrays.copyOf(indices, Math.max(2 * indices.length, count + block.records()));
        }
        for (int record = 0; record < block.records(); record++) {
            indices[count++] = block.positions[record] - 1;
            streams.take(block, record);
        }
    }

    /** A bundle without a host in its scope has every record of its part. */
    private void requireEvery(Manifest manifest, int earlier) {
        long wanted = manifest.from();
        for (int i = earlier; i < count; i++) {
            if (indices[i] != wanted) {
                findings.add(new Finding(wanted + 1, indices[i], Evidence.POSITIONS, missing(wanted + 1, indices[i])));
            }
            wanted = indices[i] + 1;
        }
        if (wanted < manifest.to()) {
            findings.add(
                    new Finding(wanted + 1, manifest.to(), Evidence.POSITIONS, missing(wanted + 1, manifest.to())));
        }
    }

    private static String missing(long first, long last) {
        return "the records at " + first + " to " + last + " are missing, and the bundle says to have all";
    }

    private Optional<Hash> root(BundleFile bundle, long size, int covered) throws IOException {
        List<byte[]> parts = new ArrayList<>();
        bundle.proof(parts::add);
        return Subset.root(
                size,
                indices,
                covered,
                leaves.toByteArray(),
                parts.stream()
                        .flatMap(part ->
                                IntStream.range(0, part.length / Hash.BYTES).mapToObj(at -> Hash.at(part, at)))
                        .iterator());
    }

    private static String inWords(Manifest manifest) {
        Scope scope = manifest.scope();
        return (scope.hosts().isEmpty() ? "everything" : scope.hosts().toString()) + " behind position "
                + manifest.from() + " up to " + manifest.to();
    }
}

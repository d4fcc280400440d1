package io.iommuledger.verify.check;

import io.iommuledger.cli.Reason;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Holds an incident bundle against a checkpoint of the log: that each of its records is, byte for byte, at its place in the
 * tree of that checkpoint. What else a bundle has (how everything stood where it begins, completeness, taint) is the word of
 * the server that wrote it. Of each record 40 bytes are in memory, and 32 of each hash of the proof; 32 more of each record if one is another.
 */
public final class BundleVerifier {
    private static final int RECORDS_AT_ONCE = 1_000;
    private static final long BYTES_AT_ONCE = 4L << 20;

    private final Path path;
    private final Optional<Trust> trust;
    private final Findings findings = new Findings();
    private final Examiner examiner = new Examiner();
    private byte[] leaves = new byte[RECORDS_AT_ONCE * Hash.BYTES];
    private long[] indices = new long[RECORDS_AT_ONCE];
    private int count;
    private long removed;
    private List<byte[]> waiting = new ArrayList<>();
    private long waitingBytes;

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
        } catch (BadBundle.OtherForm newer) {
            throw new Unreadable(path + " cannot be read: " + newer.getMessage(), newer);
        } catch (BadBundle damaged) {
            verifier.findings.add(new Finding(
                    1, Long.MAX_VALUE, Evidence.FORM, "it was changed or broken off " + damaged.getMessage()));
            return verifier.damaged();
        } catch (IOException e) {
            throw new Unreadable(path + " cannot be read: " + Reason.of(e), e);
        }
    }

    private Report report(BundleFile bundle, List<Held> held) throws IOException, Unreadable {
        Checkpoint shown = checkpoint(bundle);
        requireSameLog(shown, held);
        long size = shown.size();
        List<Held> comparable =
                held.stream().filter(each -> each.size() == size).toList();
        Manifest manifest = bundle.manifest();
        if (comparable.isEmpty()) {
            throw new Unreadable(path + " shows its records in the tree of " + size
                    + " records, and the checkpoints are of "
                    + held.stream().map(each -> Long.toString(each.size())).toList() + ". "
                    + advice(manifest, held));
        }
        BundleStreams streams = new BundleStreams(signatures(bundle), manifest.from() == 0, trust, findings);
        bundle.earlier((record, encoded) -> take(streams, encoded));
        examine(streams);
        int earlier = count;
        bundle.outside((record, encoded) -> {
            if (record.position() <= manifest.from()) {
                streams.takeOutside(record);
            }
        });
        bundle.records((record, encoded) -> take(streams, encoded));
        examine(streams);
        bundle.outside((record, encoded) -> {
            if (record.position() > manifest.to()) {
                streams.takeOutside(record);
            }
        });
        streams.end();
        boolean whole = manifest.scope().hosts().isEmpty();
        if (whole) {
            requireEvery(manifest, earlier);
        }
        if (count > 0 && indices[count - 1] >= size) {
            // Nothing would prove them: whoever makes up a bundle would put all of it there.
            throw new Unreadable(path + " has records up to position " + (indices[count - 1] + 1)
                    + ", and shows its records in the tree of only " + size + ". Ask for the bundle again with a"
                    + " checkpoint of at least as many records, or without one");
        }
        Optional<Hash> root = root(bundle, size, leaves);
        List<Report.Outcome> outcomes = new ArrayList<>();
        for (Held each : comparable) {
            boolean holds = root.equals(Optional.of(each.checkpoint().root()));
            outcomes.add(new Report.Outcome(each, holds));
            if (!holds && !others(bundle, each)) {
                findings.add(new Finding(
                        count == 0 ? 1 : indices[0] + 1,
                        count == 0 ? size : indices[count - 1] + 1,
                        Evidence.CHECKPOINT,
                        "records and proof do not lead to the root that the log signed in " + each.name()));
            }
        }
        if (findings.count() == 0 && removed > 0) {
            throw new Unreadable(
                    path + " has " + removed + " records without payload, and not the events that would say by"
                            + " which rule they went: whoever makes a bundle could leave out so what he likes. Verify the log, or a"
                            + " copy of it (copy-log), which has them");
        }
        requireSigned(streams);
        boolean holds = outcomes.stream().allMatch(Report.Outcome::holds);
        return new Report(
                path + ", a bundle of " + inWords(manifest),
                count,
                holds ? count : 0,
                0,
                outcomes,
                streams.counts(),
                streams.signatures(),
                List.of(),
                false,
                trust.isPresent(),
                findings.list(),
                findings.count(),
                Optional.of(new Report.Part(whole)));
    }

    /** With keys held elsewhere a fact counts only if its host signed it, and here nothing says whether it did. */
    private void requireSigned(BundleStreams streams) throws Unreadable {
        Optional<BundleEpoch.Uncovered> first = streams.firstUncovered();
        if (trust.isPresent() && findings.count() == 0 && first.isPresent()) {
            throw new Unreadable(path + " has " + streams.counts().unsigned()
                    + " facts that no signature in it covers, the first at position "
                    + first.get().position() + ", fact " + first.get().sequence() + " of "
                    + first.get().stream() + ", so that --trust says nothing of them. Ask for the bundle again, from a"
                    + " server of this version, which puts what signatures of cut batches need into it. If there are"
                    + " some then too, hosts did not sign them, or payloads of their batches were removed: verify the"
                    + " log, or a copy of it (copy-log)");
        }
    }

    /** What to do if the checkpoints are of other trees: one that has all records of the bundle can show them too. */
    private static String advice(Manifest manifest, List<Held> held) {
        return held.stream()
                .map(Held::size)
                .filter(size -> size >= manifest.to())
                .max(Comparator.naturalOrder())
                .map(size -> "Ask for the bundle again with \"checkpoint\": " + size)
                .orElseGet(() -> "All of these are older than the bundle, whose records go up to position "
                        + manifest.to() + ": a newer one is needed, of at least so many records");
    }

    private Report damaged() {
        return new Report(
                path + ", a bundle",
                0,
                0,
                0,
                List.of(),
                new StreamCounts(0, 0, 0, 0),
                new SignatureCounts(0, 0, 0, 0),
                List.of(),
                false,
                trust.isPresent(),
                findings.list(),
                findings.count(),
                Optional.of(new Report.Part(false)));
    }

    private void requireSameLog(Checkpoint shown, List<Held> held) throws Unreadable {
        for (Held each : held) {
            if (!each.checkpoint().origin().equals(shown.origin())) {
                throw new Unreadable(path + " is of another log: its checkpoint is of '" + shown.origin() + "', and "
                        + each.name() + " of '" + each.checkpoint().origin() + "'");
            }
        }
    }

    /** Of the tree in which the bundle shows its records. It is nobody's word but that of who wrote the bundle. */
    private Checkpoint checkpoint(BundleFile bundle) throws Unreadable {
        Optional<byte[]> note = bundle.attachment(Attachment.LOG_CHECKPOINT);
        if (note.isEmpty()) {
            throw new Unreadable(path + " has no proof"
                    + bundle.attachment(Attachment.NO_PROOF)
                            .map(why -> ": " + new String(why, StandardCharsets.UTF_8))
                            .orElse(""));
        }
        try {
            return Checkpoint.of(SignedNote.parse(new String(note.get(), StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException e) {
            throw new Unreadable(path + " has a checkpoint that is none: " + e.getMessage(), e);
        }
    }

    private static Map<String, List<StoredSignature>> signatures(BundleFile bundle) throws IOException {
        Map<String, List<StoredSignature>> signatures = new HashMap<>();
        bundle.signatures(each -> signatures
                .computeIfAbsent(each.stream(), fresh -> new ArrayList<>())
                .add(each));
        return signatures;
    }

    private void take(BundleStreams streams, byte[] encoded) {
        waiting.add(encoded);
        waitingBytes += encoded.length;
        if (waiting.size() == RECORDS_AT_ONCE || waitingBytes >= BYTES_AT_ONCE) {
            examine(streams);
        }
    }

    private void examine(BundleStreams streams) {
        Examined block = examiner.examine(Block.of(waiting, List.of()));
        waiting = new ArrayList<>();
        waitingBytes = 0;
        block.findings.forEach(findings::add);
        if (count + block.records() > indices.length) {
            indices = Arrays.copyOf(indices, 2 * indices.length);
            leaves = Arrays.copyOf(leaves, 2 * leaves.length);
        }
        System.arraycopy(block.leaves, 0, leaves, count * Hash.BYTES, block.leaves.length);
        for (int record = 0; record < block.records(); record++) {
            indices[count++] = block.positions[record] - 1;
            removed += block.removed[record] ? 1 : 0;
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

    /** Whether the hashes that the bundle has of the leaves lead to the checkpoint's root: then they name the records that do not fit. */
    private boolean others(BundleFile bundle, Held checkpoint) throws IOException {
        ByteArrayOutputStream parts = new ByteArrayOutputStream();
        bundle.leaves(parts::writeBytes);
        byte[] stored = parts.toByteArray();
        if (stored.length != count * Hash.BYTES
                || !root(bundle, checkpoint.size(), stored)
                        .equals(Optional.of(checkpoint.checkpoint().root()))) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            if (!Hash.at(stored, i).equals(Hash.at(leaves, i))) {
                findings.add(
                        Finding.at(indices[i] + 1, Evidence.PROVEN_HASH, "the record is not the one that was stored"));
            }
        }
        return true;
    }

    private Optional<Hash> root(BundleFile bundle, long size, byte[] leaves) throws IOException {
        List<byte[]> parts = new ArrayList<>();
        bundle.proof(parts::add);
        return Subset.root(
                size,
                indices,
                count,
                leaves,
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

package io.iommuledger.query.bundle;

import io.iommuledger.db.EventLog;
import io.iommuledger.db.tree.SignedCheckpoint;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.host.Scope;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.replay.HostCheckpoint;
import io.iommuledger.lifecycle.replay.World;
import io.iommuledger.protocol.StoredRecord;
import io.iommuledger.protocol.StoredSignature;
import io.iommuledger.protocol.bundle.BundleWriter;
import io.iommuledger.protocol.bundle.Manifest;
import io.iommuledger.query.position.Basis;
import io.iommuledger.query.position.Completeness;
import io.iommuledger.query.projection.Sets;
import io.iommuledger.query.replay.Places;
import io.iommuledger.web.Times;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Writes bundles, as they are read from the log. The same part in the same scope and tree is written
 * with the same bytes. */
@Component
class Bundles {
    private static final int SIGNATURES_AT_ONCE = 500;

    private final EventLog log;
    private final Sets sets;
    private final JdbcClient jdbc;
    private final BundleProofs proofs;

    /** The first and the last sequence of a stream's records in it. */
    private record Sequences(long first, long last) {
        Sequences and(Sequences later) {
            return new Sequences(first, later.last);
        }
    }

    /** The signature of a batch: of a stream none ends where another does. */
    private record Batch(String stream, long last) {}

    Bundles(EventLog log, Sets sets, JdbcClient jdbc, BundleProofs proofs) {
        this.log = log;
        this.sets = sets;
        this.jdbc = jdbc;
        this.proofs = proofs;
    }

    /**
     * @param world      how everything in scope stood where the part begins
     * @param basis      what the facts rest on where it ends
     * @param checkpoint in whose tree the records are shown; empty if none is
     */
    void write(
            Places.Part part,
            Scope scope,
            World world,
            Basis basis,
            Optional<SignedCheckpoint> checkpoint,
            OutputStream out)
            throws IOException {
        BundleWriter writer = new BundleWriter(out, manifest(part, scope, world.hash(), basis));
        for (HostCheckpoint host : world.checkpoint()) {
            writer.checkpoint(host);
        }
        LongStream.Builder positions = LongStream.builder();
        Map<String, Sequences> streams = new TreeMap<>();
        ScopedRecords records = new ScopedRecords(log, sets, jdbc, scope);
        records.whoMaySpeak(part.from(), record -> {
            positions.add(record.position());
            writer.earlier(record);
        });
        records.read(part.from(), part.to(), record -> {
            positions.add(record.position());
            noted(streams, record);
            writer.record(record);
        });
        Set<Batch> notCheckable = new HashSet<>();
        for (Map.Entry<String, Sequences> stream : streams.entrySet()) {
            outside(writer, stream.getKey(), stream.getValue(), notCheckable);
        }
        for (Map.Entry<String, Sequences> stream : streams.entrySet()) {
            signatures(writer, stream.getKey(), stream.getValue(), notCheckable);
        }
        proofs.write(writer, checkpoint, positions.build().toArray());
        writer.end();
    }

    /** Only facts of hosts are signed by those who told them. */
    private static void noted(Map<String, Sequences> streams, StoredRecord record) {
        if (StreamId.isStream(record.stream())) {
            streams.merge(record.stream(), new Sequences(record.sequence(), record.sequence()), Sequences::and);
        }
    }

    /**
     * What batches that are cut have outside of the part: a signature is over all facts of its batch.
     *
     * @param notCheckable takes those of which a payload outside was removed
     */
    private void outside(BundleWriter writer, String stream, Sequences part, Set<Batch> notCheckable)
            throws IOException {
        List<StoredSignature> cut = log.cutSignatures(stream, part.first(), part.last());
        long first = part.first();
        long behind = part.last() + 1;
        for (StoredSignature signature : cut) {
            first = Math.min(first, signature.firstSequence());
            behind = Math.max(behind, signature.lastSequence() + 1);
        }
        List<StoredRecord> outside = new ArrayList<>(log.records(stream, first, part.first()));
        outside.addAll(log.records(stream, part.last() + 1, behind));
        List<StoredSignature> whole = new ArrayList<>();
        for (StoredSignature signature : cut) {
            if (outside.stream().anyMatch(record -> record.removed() && covers(signature, record))) {
                notCheckable.add(new Batch(stream, signature.lastSequence()));
            } else {
                whole.add(signature);
            }
        }
        for (StoredRecord record : outside) {
            if (whole.stream().anyMatch(signature -> covers(signature, record))) {
                writer.outside(record);
            }
        }
    }

    private static boolean covers(StoredSignature signature, StoredRecord record) {
        return signature.firstSequence() <= record.sequence() && record.sequence() <= signature.lastSequence();
    }

    private void signatures(BundleWriter writer, String stream, Sequences sequences, Set<Batch> notCheckable)
            throws IOException {
        long after = -1;
        List<StoredSignature> some;
        do {
            some = log.signatures(stream, sequences.first(), sequences.last(), after, SIGNATURES_AT_ONCE);
            for (StoredSignature signature : some) {
                if (!notCheckable.contains(new Batch(stream, signature.lastSequence()))) {
                    writer.signature(signature);
                }
                after = signature.lastSequence();
            }
        } while (some.size() == SIGNATURES_AT_ONCE);
    }

    private static Manifest manifest(Places.Part part, Scope scope, String hash, Basis basis) {
        return new Manifest(
                HostState.FOLD_VERSION,
                part.from(),
                part.to(),
                part.end(),
                scope,
                hash,
                basis.position(),
                completeness(basis.completeness()),
                basis.taintedHosts().orElse(List.of()));
    }

    private static Manifest.Completeness completeness(Completeness known) {
        return new Manifest.Completeness(
                known.state(),
                known.missing().orElse(0L),
                known.gaps().orElse(List.of()).stream()
                        .map(gap -> new Manifest.MissingFacts(
                                gap.host(), gap.count(), gap.cause(), gap.why(), gap.position()))
                        .toList(),
                known.openSince().map(Times::nanos).orElse(OptionalLong.empty()),
                known.openHosts().orElse(0L));
    }
}

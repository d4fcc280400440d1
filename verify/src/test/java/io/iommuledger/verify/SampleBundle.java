package io.iommuledger.verify;

import io.iommuledger.lifecycle.enrolment.Enrolment;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.host.Scope;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.proof.GrowingTree;
import io.iommuledger.proof.Hash;
import io.iommuledger.proof.Proofs;
import io.iommuledger.proof.Tile;
import io.iommuledger.protocol.StoredRecord;
import io.iommuledger.protocol.StoredSignature;
import io.iommuledger.protocol.bundle.Attachment;
import io.iommuledger.protocol.bundle.BundleWriter;
import io.iommuledger.protocol.bundle.Manifest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;

/** What a server makes of a part of a {@link SampleLog}; its fields can be changed before it is written. */
final class SampleBundle {
    final List<StoredRecord> earlier = new ArrayList<>();
    final List<StoredRecord> records = new ArrayList<>();

    /** Of batches that are cut. */
    final List<StoredRecord> outside = new ArrayList<>();

    final List<StoredSignature> signatures = new ArrayList<>();
    final List<Attachment> attachments = new ArrayList<>();
    byte[] proof;

    /** As the tree has them. */
    byte[] leaves = {};

    private long from;
    private long to;
    private final NavigableSet<HostId> hosts = new TreeSet<>();

    /**
     * Of the log whose checkpoint covers all of it.
     *
     * @param host in scope; empty for everything
     */
    SampleBundle(SampleLog log, long from, long to, Optional<String> host) throws IOException {
        this.from = from;
        this.to = to;
        host.map(HostId::new).ifPresent(hosts::add);
        for (StoredRecord record : log.records) {
            boolean concerns = host.isEmpty()
                    || record.stream().startsWith("host/" + host.get() + "/")
                    || record.stream().equals("enrolment/" + host.get());
            if (concerns && record.position() <= from && Enrolment.isStream(record.stream())) {
                earlier.add(record);
            } else if (concerns && record.position() > from && record.position() <= to) {
                records.add(record);
            }
        }
        for (StoredSignature signature : log.signatures.values()) {
            if (isOfAny(records, signature)) {
                signatures.add(signature);
            }
        }
        signatures.sort(Comparator.comparing(StoredSignature::stream).thenComparingLong(StoredSignature::lastSequence));
        log.records.stream()
                .filter(record -> record.position() <= from || record.position() > to)
                .filter(record -> signatures.stream().anyMatch(signature -> isOfAny(List.of(record), signature)))
                .sorted(Comparator.comparing(StoredRecord::stream).thenComparingLong(StoredRecord::sequence))
                .forEach(outside::add);
        proof = proof(log);
        attach(Attachment.LOG_CHECKPOINT, log.checkpoint(log.records.size()));
    }

    private static boolean isOfAny(List<StoredRecord> records, StoredSignature signature) {
        return records.stream()
                .anyMatch(record -> record.stream().equals(signature.stream())
                        && record.sequence() >= signature.firstSequence()
                        && record.sequence() <= signature.lastSequence());
    }

    /** As servers of before there was such a thing wrote it. */
    void leaveOutCutBatches() {
        signatures.removeIf(signature -> isOfAny(outside, signature));
        outside.clear();
    }

    private boolean has(String stream, long sequence) {
        return records.stream().anyMatch(record -> record.stream().equals(stream) && record.sequence() == sequence);
    }

    void attach(String name, String text) {
        attachments.clear();
        attachments.add(new Attachment(name, text.getBytes(StandardCharsets.UTF_8)));
    }

    private byte[] proof(SampleLog log) throws IOException {
        Map<Tile, byte[]> tiles = new HashMap<>();
        GrowingTree tree = SampleLog.tree(log.records);
        tree.takeChanged().forEach(each -> tiles.put(each.tile(), each.hashes()));
        List<StoredRecord> all = new ArrayList<>(earlier);
        all.addAll(records);
        ByteArrayOutputStream hashes = new ByteArrayOutputStream();
        Proofs proofs = new Proofs(tree.size(), tile -> tiles.getOrDefault(tile, new byte[0]));
        proofs.subset(
                all.stream().mapToLong(record -> record.position() - 1).iterator(),
                hash -> hashes.write(hash.bytes(), 0, Hash.BYTES));
        ByteArrayOutputStream ofLeaves = new ByteArrayOutputStream();
        all.forEach(
                record -> ofLeaves.writeBytes(proofs.leaf(record.position() - 1).bytes()));
        leaves = ofLeaves.toByteArray();
        return hashes.toByteArray();
    }

    /** As if the part began and ended that much later. */
    void moveBy(long positions) {
        from += positions;
        to += positions;
    }

    /** Checksums and all. */
    byte[] written() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BundleWriter writer = new BundleWriter(
                out,
                new Manifest(
                        HostState.FOLD_VERSION,
                        from,
                        to,
                        OptionalLong.empty(),
                        new Scope(hosts, Optional.empty(), Optional.empty()),
                        "",
                        to,
                        new Manifest.Completeness("complete", 0, List.of(), OptionalLong.empty(), 0),
                        List.of()));
        for (StoredRecord record : earlier) {
            writer.earlier(record);
        }
        for (StoredRecord record : records) {
            writer.record(record);
        }
        for (StoredRecord record : outside) {
            writer.outside(record);
        }
        for (StoredSignature signature : signatures) {
            writer.signature(signature);
        }
        if (proof.length > 0) {
            writer.proof(proof);
        }
        if (leaves.length > 0) {
            writer.leaves(leaves);
        }
        for (Attachment attachment : attachments) {
            writer.attachment(attachment);
        }
        writer.end();
        return out.toByteArray();
    }

    /** The place in the records of a fact that is the last of none of its stream. */
    int aFactInTheMiddle() {
        for (int i = records.size() / 2; i < records.size(); i++) {
            StoredRecord record = records.get(i);
            if (StreamId.isStream(record.stream()) && has(record.stream(), record.sequence() + 1)) {
                return i;
            }
        }
        throw new AssertionError("no fact in the middle");
    }
}

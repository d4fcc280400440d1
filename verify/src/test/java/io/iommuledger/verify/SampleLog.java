package io.iommuledger.verify;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.enrolment.AgentAdmitted;
import io.iommuledger.lifecycle.enrolment.Enrolment;
import io.iommuledger.lifecycle.enrolment.EnrolmentEvent;
import io.iommuledger.lifecycle.enrolment.HostKey;
import io.iommuledger.lifecycle.enrolment.KeyEnrolled;
import io.iommuledger.lifecycle.fact.ContextOpenRequested;
import io.iommuledger.lifecycle.fact.DmaFaulted;
import io.iommuledger.lifecycle.fact.EpochBegan;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.fact.Stamp;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.OperationRequested;
import io.iommuledger.proof.GrowingTree;
import io.iommuledger.proof.TileSource;
import io.iommuledger.proof.TreeDamaged;
import io.iommuledger.proof.note.Checkpoint;
import io.iommuledger.proof.note.SigningKey;
import io.iommuledger.protocol.EnrolmentCodec;
import io.iommuledger.protocol.EventTypes;
import io.iommuledger.protocol.FactCodec;
import io.iommuledger.protocol.OperationCodec;
import io.iommuledger.protocol.Signing;
import io.iommuledger.protocol.StoredRecord;
import io.iommuledger.protocol.StoredSignature;
import io.iommuledger.verify.check.LogKeys;
import io.iommuledger.verify.source.Block;
import io.iommuledger.verify.source.ExportFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * What two hosts and the operations between them leave in a log: enrolments, two epochs of host a and one of host b in
 * signed batches, operations that end and one that does not.
 */
final class SampleLog {
    static final SigningKey LOG = SigningKey.fresh("ledger.test/log");
    static final LogKeys KEYS = LogKeys.of(LOG.verifier());
    private static final int MOST_IN_A_BATCH = 8;

    final List<StoredRecord> records = new ArrayList<>();

    /** By the position of the last fact that each covers. */
    final Map<Long, StoredSignature> signatures = new HashMap<>();

    private final Map<String, KeyPair> keys = new HashMap<>();
    private final Map<String, Long> next = new HashMap<>();
    private final SplittableRandom random;

    /** @param size at least so many records */
    SampleLog(long seed, int size) {
        random = new SplittableRandom(seed);
        enrol("a");
        enrol("b");
        begin("host/a/1");
        begin("host/b/1");
        while (records.size() < size) {
            String a = records.size() < size / 2 ? "host/a/1" : "host/a/2";
            if (!next.containsKey(a)) {
                begin(a);
            }
            batch(random.nextBoolean() ? a : "host/b/1", 1 + random.nextInt(MOST_IN_A_BATCH));
            operation();
        }
    }

    private void enrol(String host) {
        KeyPair pair = pair();
        keys.put(host, pair);
        HostId id = new HostId(host);
        HostKey key = Signing.key(pair.getPublic().getEncoded());
        enrolment(id, new KeyEnrolled(id, 1, "operator", key.fingerprint()));
        enrolment(id, new AgentAdmitted(id, 2, key, "machine-of-" + host, 1));
    }

    private void enrolment(HostId host, EnrolmentEvent event) {
        add(Enrolment.streamOf(host), EventTypes.of(event), EnrolmentCodec.encode(event));
    }

    private void begin(String stream) {
        UUID instance = new UUID(random.nextLong(), random.nextLong());
        facts(
                stream,
                List.of(new EpochBegan(
                        instance, "machine", "boot", "6.12", "0.1.0", Policies.DEFAULT, false, -1, Optional.empty())));
    }

    private void batch(String stream, int facts) {
        List<Fact> batch = new ArrayList<>();
        for (int i = 0; i < facts; i++) {
            int number = 1 + random.nextInt(1_000);
            batch.add(
                    i % 5 == 3
                            ? new DmaFaulted(PciAddress.parse("0000:3b:00.0"), number, true, "reason", number)
                            : new ContextOpenRequested(number));
        }
        facts(stream, batch);
    }

    private void facts(String stream, List<Fact> facts) {
        StreamId id = StreamId.parse(stream);
        long first = next.getOrDefault(stream, 0L);
        List<byte[]> payloads = new ArrayList<>();
        for (Fact fact : facts) {
            long sequence = next.getOrDefault(stream, 0L);
            Stamp stamp =
                    new Stamp(sequence, 1_767_225_600_000_000_000L + records.size(), records.size(), Optional.empty());
            byte[] payload = FactCodec.encode(new RecordedFact(stamp, fact));
            payloads.add(payload);
            add(stream, EventTypes.of(fact), payload);
        }
        signatures.put((long) records.size(), signature(id, first, next.getOrDefault(stream, 0L) - 1, payloads));
    }

    /** What a host signs that sends these facts in one batch. */
    StoredSignature signed(String stream, long first, long last) {
        List<byte[]> payloads = records.stream()
                .filter(record ->
                        record.stream().equals(stream) && record.sequence() >= first && record.sequence() <= last)
                .map(StoredRecord::payload)
                .toList();
        return signature(StreamId.parse(stream), first, last, payloads);
    }

    private StoredSignature signature(StreamId stream, long first, long last, List<byte[]> payloads) {
        KeyPair key = key(stream.host().value());
        return new StoredSignature(
                stream.toString(),
                first,
                last,
                Signing.key(key.getPublic().getEncoded()).fingerprint().value(),
                Signing.sign(key.getPrivate(), Signing.batch(stream, first, payloads)));
    }

    private void operation() {
        UUID operation = new UUID(random.nextLong(), random.nextLong());
        String stream = "operation/" + operation;
        OperationRequested asked = new OperationRequested(
                operation,
                new StreamId(new HostId("a"), 1),
                "principal-1",
                new Instruction.Unmap(new ContextId(1, 1), IovaRange.ofSize(random.nextInt(1 << 20), 4096)),
                random.nextLong());
        add(stream, EventTypes.OPERATION_REQUESTED, OperationCodec.encode(asked));
        if (random.nextInt(10) > 0) {
            add(stream, EventTypes.OPERATION_ENDED, ("ended " + random.nextLong()).getBytes(StandardCharsets.UTF_8));
        }
    }

    private void add(String stream, String type, byte[] payload) {
        long sequence = next.merge(stream, 1L, Long::sum) - 1;
        records.add(new StoredRecord(
                records.size() + 1L,
                stream,
                sequence,
                type,
                "1",
                1_767_225_600_000_000_000L + records.size(),
                payload));
    }

    private KeyPair key(String host) {
        return Objects.requireNonNull(keys.get(host));
    }

    private static KeyPair pair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** A line of a file for --trust. */
    String trust(String host) {
        return host + " " + Signing.key(key(host).getPublic().getEncoded()).fingerprint() + "\n";
    }

    /** What the log signs of its first records. */
    String checkpoint(int size) {
        return checkpoint(records.subList(0, size));
    }

    static String checkpoint(List<StoredRecord> records) {
        return checkpoint(records, LOG);
    }

    static String checkpoint(List<StoredRecord> records, SigningKey key) {
        return new Checkpoint(
                        key.verifier().name(), records.size(), tree(records).root())
                .signedBy(key)
                .toString();
    }

    static GrowingTree tree(List<StoredRecord> records) {
        GrowingTree tree = new GrowingTree();
        records.forEach(record -> tree.append(record.encoded()));
        return tree;
    }

    /** Without hashes of leaves. */
    void export(Path file) throws IOException {
        export(file, records, tiles(List.of()));
    }

    /**
     * As a log is copied.
     *
     * @param stored in place of the records of this log
     * @param tiles  that are stored beside them
     */
    void export(Path file, List<StoredRecord> stored, TileSource tiles) throws IOException {
        try (ExportFile export = ExportFile.create(file)) {
            for (StoredRecord record : stored) {
                StoredSignature signature = signatures.get(record.position());
                export.write(Block.of(List.of(record.encoded()), signature == null ? List.of() : List.of(signature)));
            }
            export.write(tiles);
            export.end();
        }
    }

    /** What is stored of the tree over records. */
    static TileSource tiles(List<StoredRecord> records) {
        Map<String, byte[]> hashes = new HashMap<>();
        tree(records)
                .takeChanged()
                .forEach(each ->
                        hashes.put(each.tile().level() + "/" + each.tile().index(), each.hashes()));
        return tile -> Optional.ofNullable(hashes.get(tile.level() + "/" + tile.index()))
                .orElseThrow(() -> new TreeDamaged("there is no tile " + tile.path()));
    }
}

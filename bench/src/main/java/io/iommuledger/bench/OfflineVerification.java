package io.iommuledger.bench;

import io.iommuledger.lifecycle.enrolment.AgentAdmitted;
import io.iommuledger.lifecycle.enrolment.Enrolment;
import io.iommuledger.lifecycle.enrolment.EnrolmentEvent;
import io.iommuledger.lifecycle.enrolment.HostKey;
import io.iommuledger.lifecycle.enrolment.KeyEnrolled;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.proof.GrowingTree;
import io.iommuledger.proof.note.Checkpoint;
import io.iommuledger.proof.note.SigningKey;
import io.iommuledger.protocol.EnrolmentCodec;
import io.iommuledger.protocol.EventTypes;
import io.iommuledger.protocol.Signing;
import io.iommuledger.protocol.StoredRecord;
import io.iommuledger.protocol.StoredSignature;
import io.iommuledger.verify.check.Held;
import io.iommuledger.verify.check.LogKeys;
import io.iommuledger.verify.check.Report;
import io.iommuledger.verify.check.Verifier;
import io.iommuledger.verify.source.Block;
import io.iommuledger.verify.source.ExportFile;
import io.iommuledger.verify.source.FileSource;
import io.iommuledger.verify.source.Portion;
import io.iommuledger.verify.source.RecordSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * A log of eight million facts in a file, in signed batches of a thousand, verified against its checkpoint, and the bare
 * SHA-256 of each of its records: both on all cores, and both read the file in the same way.
 */
final class OfflineVerification implements Benchmark {
    private static final int HOSTS = 4;
    private static final int BATCHES = 8_000;
    private static final int FACTS_OF_A_BATCH = 1_000;
    private static final int TURNS = 5;
    private static final int BLOCKS_UNDER_WAY = 8;

    private final Path root;

    OfflineVerification(Path root) {
        this.root = root;
    }

    @Override
    public String name() {
        return "verify";
    }

    @Override
    public Target target() {
        return Target.atLeast(0.5, "");
    }

    @Override
    public List<Double> measure(Consumer<String> progress) throws Exception {
        try (DataDirectory data = DataDirectory.create(root);
                Verifier verifier = new Verifier();
                ExecutorService workers =
                        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            Path file = data.path().resolve("log");
            Held held = new Log().write(file, data.path().resolve("checkpoint"));
            progress.accept("written, " + (Files.size(file) >> 20) + " MiB");
            return Turns.ratios(TURNS, () -> verify(verifier, file, held), () -> bare(workers, file), progress);
        }
    }

    private static double verify(Verifier verifier, Path file, Held held) throws Exception {
        long began = System.nanoTime();
        try (RecordSource source = FileSource.open(file)) {
            Report report = verifier.verify(source, List.of(held), LogKeys.of(Log.KEY.verifier()), Optional.empty());
            if (report.tampered() || report.proven() != held.size()) {
                throw new IllegalStateException("a log that nobody touched: " + report);
            }
            return report.records() * 1e9 / (System.nanoTime() - began);
        }
    }

    private static double bare(ExecutorService workers, Path file) throws Exception {
        long began = System.nanoTime();
        long records = 0;
        Semaphore room = new Semaphore(BLOCKS_UNDER_WAY);
        try (RecordSource source = FileSource.open(file)) {
            for (Optional<Portion> next = source.next(); next.isPresent(); next = source.next()) {
                Block block = next.get().block();
                records += block.records();
                room.acquire();
                workers.execute(() -> {
                    hash(block);
                    room.release();
                });
            }
        }
        room.acquire(BLOCKS_UNDER_WAY);
        return records * 1e9 / (System.nanoTime() - began);
    }

    private static void hash(Block block) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            byte[] hash = new byte[sha256.getDigestLength()];
            for (int i = 0; i < block.records(); i++) {
                sha256.update(block.bytes(), block.start(i), block.ends()[i] - block.start(i));
                sha256.digest(hash, 0, hash.length);
            }
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What agents would have left. */
    private static final class Log {
        private static final SigningKey KEY = SigningKey.fresh("bench/log");

        private final GrowingTree tree = new GrowingTree();
        private final List<byte[]> records = new ArrayList<>();

        Held write(Path file, Path checkpoint) throws Exception {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            HostKey key = Signing.key(pair.getPublic().getEncoded());
            List<MapHistory> hosts = IntStream.range(0, HOSTS)
                    .mapToObj(host -> new MapHistory(new StreamId(new HostId("bench-" + host), 1)))
                    .toList();
            try (ExportFile export = ExportFile.create(file)) {
                for (MapHistory host : hosts) {
                    enrol(host.stream().host(), key);
                }
                write(export, List.of());
                for (int batch = 0; batch < BATCHES; batch++) {
                    batch(export, hosts.get(batch % HOSTS), pair, key);
                }
                export.end();
            }
            String note = new Checkpoint(KEY.verifier().name(), tree.size(), tree.root())
                    .signedBy(KEY)
                    .toString();
            return Held.read(Files.writeString(checkpoint, note), LogKeys.of(KEY.verifier()));
        }

        private void enrol(HostId host, HostKey key) {
            List<EnrolmentEvent> events = List.of(
                    new KeyEnrolled(host, 1, "bench", key.fingerprint()),
                    new AgentAdmitted(host, 2, key, MapHistory.MACHINE_ID, 1));
            for (int i = 0; i < events.size(); i++) {
                add(Enrolment.streamOf(host), i, EventTypes.of(events.get(i)), 1, EnrolmentCodec.encode(events.get(i)));
            }
        }

        private void batch(ExportFile export, MapHistory host, KeyPair pair, HostKey key) throws IOException {
            List<MapHistory.Recorded> facts = host.next(FACTS_OF_A_BATCH);
            String stream = host.stream().toString();
            for (MapHistory.Recorded fact : facts) {
                add(stream, fact.sequence(), fact.type(), fact.wallNanos(), fact.bytes());
            }
            long first = facts.getFirst().sequence();
            byte[] message = Signing.batch(
                    host.stream(),
                    first,
                    facts.stream().map(MapHistory.Recorded::bytes).toList());
            write(
                    export,
                    List.of(new StoredSignature(
                            stream,
                            first,
                            facts.getLast().sequence(),
                            key.fingerprint().value(),
                            Signing.sign(pair.getPrivate(), message))));
        }

        private void add(String stream, long sequence, String type, long at, byte[] payload) {
            byte[] record = new StoredRecord(tree.size() + 1, stream, sequence, type, "1", at, payload).encoded();
            tree.append(record);
            tree.takeChanged();
            records.add(record);
        }

        private void write(ExportFile export, List<StoredSignature> signatures) throws IOException {
            export.write(Block.of(records, signatures));
            records.clear();
        }
    }
}

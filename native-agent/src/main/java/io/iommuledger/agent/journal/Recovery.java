package io.iommuledger.agent.journal;

import io.iommuledger.agent.journal.Damage.Fate;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Takes up what former epochs left, but for segments that they made in advance, which the next one has. Of each it keeps
 * the longest sound beginning. A torn end that the store has not acknowledged is cut; anything else that does not fit is
 * moved to {@code quarantine/} and counted.
 */
public final class Recovery {
    private static final UUID NOBODY = new UUID(0, 0);

    /** Told of every sound record, in order. */
    @FunctionalInterface
    public interface Reader {
        void record(long epoch, long sequence, byte[] payload);
    }

    /**
     * What was found.
     *
     * @param epochs oldest first
     */
    public record Found(List<EpochLog> epochs, List<Damage> damages) {}

    private record Part(String name, Optional<SegmentHeader> header) {}

    private final JournalFiles files;
    private final JournalFailure failure;
    private final Reader reader;
    private final List<Damage> damages = new ArrayList<>();
    private ByteBuffer content = ByteBuffer.allocate(0);

    private Recovery(JournalFiles files, JournalFailure failure, Reader reader) {
        this.files = files;
        this.failure = failure;
        this.reader = reader;
    }

    /** @throws IOException if a file cannot be read or moved; nothing is lost then, and the next start tries again */
    public static Found recover(JournalFiles files, JournalFailure failure, Reader reader) throws IOException {
        return new Recovery(files, failure, reader).recover();
    }

    private Found recover() throws IOException {
        Map<Long, List<Part>> parts = new TreeMap<>();
        Map<Long, Long> stored = new HashMap<>();
        for (String name : files.names()) {
            if (Acknowledgement.names(name)) {
                long epoch = Acknowledgement.epoch(name);
                stored.put(epoch, new Acknowledgement(files, epoch).read());
            } else if (SegmentHeader.names(name)) {
                parts.computeIfAbsent(epochOf(name), epoch -> new ArrayList<>()).add(new Part(name, header(name)));
            }
        }
        List<EpochLog> epochs = new ArrayList<>();
        for (long epoch : stored.keySet()) {
            if (!parts.containsKey(epoch)) {
                new Acknowledgement(files, epoch).delete();
            }
        }
        for (var epoch : parts.entrySet()) {
            epochs.add(epoch(epoch.getKey(), epoch.getValue(), stored.getOrDefault(epoch.getKey(), 0L)));
        }
        return new Found(epochs, damages);
    }

    private static long epochOf(String name) throws IOException {
        try {
            return Long.parseLong(name.substring(0, name.indexOf('-')));
        } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
            throw new IOException("the journal's directory holds a file that is none of its own: " + name, e);
        }
    }

    private Optional<SegmentHeader> header(String name) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(SegmentHeader.BYTES);
        try (JournalFile file = files.open(name)) {
            file.read(bytes, 0);
        }
        return SegmentHeader.decoded(bytes.flip())
                .filter(header -> SegmentHeader.name(header.epoch(), header.firstSequence())
                        .equals(name));
    }

    private EpochLog epoch(long epoch, List<Part> parts, long acknowledged) throws IOException {
        Optional<SegmentHeader> first = parts.getFirst().header();
        // What was dropped before the first segment that is left was acknowledged, whatever the lagging file says.
        long storedBelow =
                Math.max(acknowledged, first.map(SegmentHeader::firstSequence).orElse(0L));
        EpochLog log = new EpochLog(
                files, failure, epoch, first.map(SegmentHeader::instance).orElse(NOBODY), storedBelow);
        SegmentScan scan = new SegmentScan(epoch, reader);
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            if (!scan.begins(part.header())) {
                quarantine(parts.subList(i, parts.size()), log, scan, 0, 0);
                break;
            }
            ByteBuffer bytes = content(part.name());
            scan.read(bytes);
            log.added(part.header().orElseThrow().firstSequence(), part.name());
            if (!scan.clean()) {
                cutOrQuarantine(parts.subList(i, parts.size()), bytes, log, scan);
                break;
            }
        }
        log.durableBelow(scan.next());
        return log;
    }

    /** The first of the parts has something bad behind its sound records, which stay. */
    private void cutOrQuarantine(List<Part> parts, ByteBuffer bytes, EpochLog log, SegmentScan scan)
            throws IOException {
        String name = parts.getFirst().name();
        int end = scan.offset();
        long records = scan.recordsAfter(bytes);
        long size = scan.bytesAfter(bytes);
        boolean torn = parts.size() == 1 && log.storedBelow() <= scan.next() && !scan.soundAfter(bytes);
        if (torn) {
            damage(log, scan, records, size, Fate.CUT, "the last write to " + name + " is torn");
        } else {
            copy(bytes, Quarantine.freeName(files, name));
            quarantine(parts.subList(1, parts.size()), log, scan, records, size);
        }
        try (JournalFile file = files.open(name)) {
            file.truncate(end);
        }
    }

    /** Moves parts away that do not follow what is sound, with so much that was found bad before them. */
    private void quarantine(List<Part> parts, EpochLog log, SegmentScan scan, long recordsBefore, long bytesBefore)
            throws IOException {
        long records = recordsBefore;
        long size = bytesBefore;
        scan.skipHeader();
        for (Part part : parts) {
            ByteBuffer bytes = content(part.name());
            records = Math.max(records, scan.recordsAfter(bytes));
            size += scan.bytesAfter(bytes);
            files.rename(part.name(), Quarantine.freeName(files, part.name()));
        }
        damage(
                log,
                scan,
                records,
                size,
                Fate.QUARANTINED,
                "the journal is not as it was written; what does not fit is kept in its directory quarantine");
    }

    /** What the store has acknowledged was there, whatever is left of it. */
    private void damage(EpochLog log, SegmentScan scan, long records, long size, Fate fate, String why) {
        long stored = Math.max(0, log.storedBelow() - scan.next());
        damages.add(new Damage(
                log.epoch(),
                scan.next(),
                Math.max(records, stored),
                size,
                fate,
                why,
                stored,
                Optional.of(log.instance()).filter(instance -> !instance.equals(NOBODY))));
    }

    private ByteBuffer content(String name) throws IOException {
        try (JournalFile file = files.open(name)) {
            if (content.capacity() < file.size()) {
                content = ByteBuffer.allocateDirect((int) file.size());
            }
            content.clear().limit((int) file.size());
            file.read(content, 0);
            return content.flip();
        }
    }

    private void copy(ByteBuffer bytes, String name) throws IOException {
        try (JournalFile copy = files.create(name, bytes.limit())) {
            copy.write(bytes.duplicate().rewind(), 0);
            copy.force();
        }
    }
}

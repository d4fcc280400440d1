package io.iommuledger.verify.check;

import io.iommuledger.lifecycle.retention.PayloadsRemoved;
import io.iommuledger.lifecycle.retention.Positions;
import io.iommuledger.lifecycle.retention.Retention;
import io.iommuledger.protocol.EventTypes;
import io.iommuledger.protocol.MalformedRecord;
import io.iommuledger.protocol.RetentionCodec;
import io.iommuledger.protocol.StoredRecord;
import io.iommuledger.verify.source.Block;
import io.iommuledger.verify.source.RecordSource;
import io.iommuledger.verify.source.Unreadable;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Records without payload, held against the events that say so. What such a record says of itself (its stream, type and time)
 * is hashed in the event, and its leaf is in the tree; without an event it was taken away by somebody who may not. Each is
 * some 100 bytes in memory.
 */
final class Removals {
    private final RecordSource source;
    private final Findings findings;

    /** By position, the SHA-256 of what is left. */
    private final NavigableMap<Long, byte[]> gone = new TreeMap<>();

    private final List<Told> told = new ArrayList<>();
    private final Map<String, Long> covered = new TreeMap<>();
    private long newestCovering;

    /** That payloads go, and where it is said. */
    private record Told(long position, PayloadsRemoved removed) {}

    Removals(RecordSource source, Findings findings) {
        this.source = source;
        this.findings = findings;
    }

    void take(Examined block) {
        for (int record = 0; record < block.records(); record++) {
            if (!block.understood(record)) {
                continue;
            }
            if (block.removed[record]) {
                gone.put(block.positions[record], sha256().digest(block.encoded(record)));
            } else if (block.type(record).equals(EventTypes.PAYLOADS_REMOVED)
                    && block.stream(record).equals(Retention.STREAM)) {
                tell(block.positions[record], block.payload(record));
            }
        }
    }

    private void tell(long position, byte[] payload) {
        try {
            if (RetentionCodec.decode(payload) instanceof PayloadsRemoved removed) {
                told.add(new Told(position, removed));
            }
        } catch (MalformedRecord newer) {
            // What it covers is not known, and is found as covered by nothing.
        }
    }

    /** No more records come. */
    void end() throws Unreadable {
        NavigableMap<Long, byte[]> uncovered = new TreeMap<>(gone);
        for (Told each : told) {
            cover(each, uncovered);
        }
        uncovered
                .keySet()
                .forEach(position -> findings.add(Finding.at(
                        position, Evidence.REMOVAL, "its payload is gone, and no retention.removed says that it is")));
    }

    private void cover(Told each, NavigableMap<Long, byte[]> uncovered) throws Unreadable {
        List<Positions.Span> spans;
        try {
            spans = Positions.parse(each.removed().positions());
        } catch (IllegalArgumentException none) {
            return;
        }
        List<Long> here = spans.stream()
                .flatMap(span -> gone.subMap(span.first(), true, span.last(), true).keySet().stream())
                .toList();
        // Else it is recorded and not yet done.
        if (here.isEmpty() || here.getLast() >= each.position()) {
            return;
        }
        if (!digest(spans).equals(each.removed().digest())) {
            findings.add(Finding.at(
                    here.getFirst(),
                    Evidence.REMOVAL,
                    "what is left of the records that the retention.removed at position " + each.position()
                            + " names is not what was left of them then"));
        }
        long count = here.stream()
                .filter(position -> uncovered.remove(position) != null)
                .count();
        covered.merge(each.removed().rule(), count, Long::sum);
        newestCovering = Math.max(newestCovering, each.position());
    }

    private String digest(List<Positions.Span> spans) throws Unreadable {
        MessageDigest digest = sha256();
        for (Positions.Span span : spans) {
            for (long position = span.first(); position <= span.last(); position++) {
                byte[] left = gone.get(position);
                if (left == null) {
                    Optional<byte[]> there = left(position);
                    if (there.isEmpty()) {
                        return "";
                    }
                    left = there.get();
                }
                digest.update(left);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** What would be left of a record that is still there. */
    private Optional<byte[]> left(long position) throws Unreadable {
        List<byte[]> records = source.records(position, position);
        if (records.size() != 1) {
            return Optional.empty();
        }
        try {
            byte[] leaf = new Examiner().examine(Block.of(records, List.of())).leavesFrom(0, 1);
            StoredRecord record = StoredRecord.decode(records.getFirst()).withoutPayload(leaf);
            return Optional.of(sha256().digest(record.encoded()));
        } catch (MalformedRecord none) {
            return Optional.empty();
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new LinkageError("every Java has SHA-256", e);
        }
    }

    /** By rule, those that an event covers. */
    List<Removed> counts() {
        return covered.entrySet().stream()
                .map(each -> new Removed(Optional.of(each.getKey()), each.getValue()))
                .toList();
    }

    /** Of the last event that covers some; 0 if there is none. */
    long newestCovering() {
        return newestCovering;
    }
}

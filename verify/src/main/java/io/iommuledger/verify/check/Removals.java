package io.iommuledger.verify.check;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.retention.EventClass;
import io.iommuledger.lifecycle.retention.HoldPlaced;
import io.iommuledger.lifecycle.retention.HorizonSet;
import io.iommuledger.lifecycle.retention.PayloadsRemoved;
import io.iommuledger.lifecycle.retention.Positions;
import io.iommuledger.lifecycle.retention.Retention;
import io.iommuledger.lifecycle.retention.RetentionEvent;
import io.iommuledger.lifecycle.retention.RuleSet;
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
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Records without payload, held against the events that say so. What such a record says of itself (its stream, type and time)
 * is hashed in the event, and its leaf is in the tree; without an event, or with one that the rules and holds of that moment
 * do not allow, it was taken away by somebody who may not. Each is some 150 bytes in memory.
 */
final class Removals {
    private final RecordSource source;
    private final Findings findings;

    private final NavigableMap<Long, Left> gone = new TreeMap<>();

    /** Rules and holds, as far as the log has been read. */
    private final Retention retention = new Retention();

    private final List<Told> told = new ArrayList<>();
    private final List<Horizon> horizons = new ArrayList<>();
    private final Map<String, Long> covered = new TreeMap<>();
    private long newestCovering;

    private long newest;

    /** The highest position whose payload went up to a horizon. */
    private long reached;

    /** The highest horizon that was set so far. */
    private Optional<HorizonSet> highest = Optional.empty();

    /**
     * What a record without payload says of itself.
     *
     * @param sha256 of what is left, encoded
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Left(byte[] sha256, String type, String stream, long storedAtNanos) {}

    /** Where it is said that a horizon is set. */
    private record Horizon(long position, HorizonSet set) {}

    /**
     * That payloads go, and where it is said.
     *
     * @param rule in force there; empty if none of that name was
     * @param holds in force there
     * @param horizon the highest that was set before
     */
    private record Told(
            long position,
            long storedAtNanos,
            PayloadsRemoved removed,
            Optional<RuleSet> rule,
            List<HoldPlaced> holds,
            Optional<HorizonSet> horizon) {

        /** Why this record could not go by it; empty if it could. */
        Optional<String> objection(long at, Left left) {
            if (rule.isEmpty()) {
                return Optional.of("no rule '" + removed.rule() + "' was in force");
            }
            EventClass of = rule.get().eventClass();
            if (!of.types().contains(left.type()) || !StreamId.isStream(left.stream())) {
                return Optional.of(
                        "rule '" + removed.rule() + "' is not about " + left.type() + " in " + left.stream());
            }
            if (of.needsHorizon() && at > horizon.map(HorizonSet::position).orElse(-1L)) {
                return Optional.of(horizon.map(set -> "the horizon before it is at position " + set.position())
                        .orElse("no horizon was set before it"));
            }
            long keep = Math.max(rule.get().keepSeconds(), Retention.LEAST_KEEP_SECONDS);
            if (left.storedAtNanos() > storedAtNanos - TimeUnit.SECONDS.toNanos(keep)) {
                return Optional.of("rule '" + removed.rule() + "' keeps it for " + keep + " s, which were not over");
            }
            return hostOf(left.stream())
                    .map(host -> holds.stream()
                            .filter(hold -> hold.covers(host, at, left.storedAtNanos()))
                            .findFirst()
                            .map(hold -> "hold " + hold.hold() + " covers it"))
                    .orElseGet(() -> Optional.of("its stream '" + left.stream() + "' is none of a host"));
        }

        boolean needsHorizon() {
            return rule.filter(of -> of.eventClass().needsHorizon()).isPresent();
        }

        /** Empty if somebody has made something else of it. */
        private static Optional<HostId> hostOf(String stream) {
            try {
                return Optional.of(StreamId.parse(stream).host());
            } catch (IllegalArgumentException none) {
                return Optional.empty();
            }
        }
    }

    Removals(RecordSource source, Findings findings) {
        this.source = source;
        this.findings = findings;
    }

    void take(Examined block) {
        for (int record = 0; record < block.records(); record++) {
            newest = Math.max(newest, block.positions[record]);
            if (!block.understood(record)) {
                continue;
            }
            if (block.removed[record]) {
                byte[] encoded = block.encoded(record);
                gone.put(
                        block.positions[record],
                        new Left(
                                sha256().digest(encoded),
                                block.type(record),
                                block.stream(record),
                                StoredRecord.decode(encoded).storedAtNanos()));
            } else if (block.stream(record).equals(Retention.STREAM)) {
                tell(block.positions[record], block.encoded(record));
            }
        }
    }

    private void tell(long position, byte[] encoded) {
        try {
            StoredRecord record = StoredRecord.decode(encoded);
            RetentionEvent event = RetentionCodec.decode(record.payload());
            retention.evolve(event);
            if (event instanceof PayloadsRemoved removed) {
                told.add(new Told(
                        position,
                        record.storedAtNanos(),
                        removed,
                        retention.rule(removed.rule()),
                        retention.liveHolds(),
                        highest));
            } else if (event instanceof HorizonSet set) {
                highest = Optional.of(set)
                        .filter(one -> highest.map(HorizonSet::position).orElse(0L) <= one.position())
                        .or(() -> highest);
                horizons.add(new Horizon(position, set));
            }
        } catch (MalformedRecord newer) {
            // What it covers is not known, and is found as covered by nothing.
        }
    }

    /** No more records come. */
    void end() throws Unreadable {
        NavigableMap<Long, Left> uncovered = new TreeMap<>(gone);
        for (Told each : told) {
            cover(each, uncovered);
        }
        checkState();
        uncovered
                .keySet()
                .forEach(position -> findings.add(Finding.at(
                        position, Evidence.REMOVAL, "its payload is gone, and no retention.removed says that it is")));
    }

    /** Of a live database: what it folds from has to be what was signed for. */
    private void checkState() throws Unreadable {
        Optional<RecordSource.InForce> said = source.horizonInForce();
        if (said.isEmpty()) {
            return;
        }
        RecordSource.InForce inForce = said.get();
        if (inForce.position() < reached) {
            findings.add(Finding.at(
                    Math.max(1, inForce.position()),
                    Evidence.REMOVAL,
                    "payloads went up to a horizon at position " + reached + ", and the one in force is "
                            + (inForce.position() == 0 ? "none" : "at position " + inForce.position())));
            return;
        }
        // One that came into force while this was read is of a later log.
        if (inForce.position() == 0 || inForce.event() > newest) {
            return;
        }
        Optional<HorizonSet> set = horizons.stream()
                .filter(each -> each.position() == inForce.event())
                .map(Horizon::set)
                .filter(each -> each.position() == inForce.position())
                .findFirst();
        if (set.isEmpty()) {
            findings.add(Finding.at(
                    inForce.position(),
                    Evidence.REMOVAL,
                    "a horizon is in force here, and position " + inForce.event() + " does not set it"));
            return;
        }
        Optional<String> digest =
                source.horizonDigest(set.get().snapshot(), set.get().parts());
        if (!digest.equals(Optional.of(set.get().digest()))) {
            findings.add(Finding.at(
                    inForce.event(),
                    Evidence.REMOVAL,
                    "the state at the horizon at position " + inForce.position()
                            + (digest.isEmpty()
                                    ? ", which all folds go on from, is not stored"
                                    : " that is stored is not the one that was signed for")));
        }
    }

    private void cover(Told each, NavigableMap<Long, Left> uncovered) throws Unreadable {
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
        for (long position : here) {
            each.objection(position, Objects.requireNonNull(gone.get(position)))
                    .ifPresent(why -> findings.add(Finding.at(
                            position,
                            Evidence.REMOVAL,
                            "its payload is gone, as the retention.removed at position " + each.position()
                                    + " says, and " + why)));
        }
        long count = here.stream()
                .filter(position -> uncovered.remove(position) != null)
                .count();
        covered.merge(each.removed().rule(), count, Long::sum);
        if (each.needsHorizon()) {
            reached = Math.max(reached, here.getLast());
        }
        newestCovering = Math.max(newestCovering, each.position());
    }

    private String digest(List<Positions.Span> spans) throws Unreadable {
        MessageDigest digest = sha256();
        for (Positions.Span span : spans) {
            for (long position = span.first(); position <= span.last(); position++) {
                Left left = gone.get(position);
                Optional<byte[]> one = left == null ? left(position) : Optional.of(left.sha256());
                if (one.isEmpty()) {
                    return "";
                }
                digest.update(one.get());
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
                .map(each -> new Removed(each.getKey(), each.getValue()))
                .toList();
    }

    /** Of the last event that covers some; 0 if there is none. */
    long newestCovering() {
        return newestCovering;
    }
}

package io.iommuledger.verify.check;

import io.iommuledger.lifecycle.operation.OperationEvent;
import io.iommuledger.lifecycle.retention.HorizonSet;
import io.iommuledger.lifecycle.retention.PayloadsRemoved;
import io.iommuledger.lifecycle.retention.Positions;
import io.iommuledger.lifecycle.retention.Retention;
import io.iommuledger.lifecycle.retention.RetentionEvent;
import io.iommuledger.protocol.MalformedRecord;
import io.iommuledger.protocol.RetentionCodec;
import io.iommuledger.protocol.Sha256;
import io.iommuledger.protocol.StoredRecord;
import io.iommuledger.protocol.horizon.HorizonParts;
import io.iommuledger.verify.source.Block;
import io.iommuledger.verify.source.RecordSource;
import io.iommuledger.verify.source.Unreadable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Records without payload, held against the events that say so. What such a record says of itself (its stream, type and time)
 * is hashed in the event, and its leaf is in the tree; without an event, or with one that the rules and holds of that moment
 * do not allow, it was taken away by somebody who may not. Each is some 150 bytes in memory, of an operation twice that.
 */
final class Removals {
    private final RecordSource source;
    private final Findings findings;

    private final NavigableMap<Long, Left> gone = new TreeMap<>();

    /** Rules and holds, as far as the log has been read. */
    private final Retention retention = new Retention();

    private final Requests requests = new Requests();
    private final List<Told> told = new ArrayList<>();

    /** In which stretch of {@link #clocks} each of {@link #told} stands. */
    private final List<Integer> stretches = new ArrayList<>();

    /** From the first of them on. */
    private final Clocks clocks = new Clocks();

    private final List<Horizon> horizons = new ArrayList<>();
    private final Map<String, Long> covered = new TreeMap<>();

    /** Positions of which something else is stored beside the log. */
    private final Set<Long> contradicted = new HashSet<>();

    private long newestCovering;
    private long newestStoredAt;
    private boolean horizonUnread;

    /** The highest position whose payload went up to a horizon. */
    private long reached;

    /** The highest horizon that was set so far. */
    private Optional<HorizonSet> highest = Optional.empty();

    /** Where it is said that a horizon is set. */
    private record Horizon(long position, HorizonSet set) {}

    Removals(RecordSource source, Findings findings) {
        this.source = source;
        this.findings = findings;
    }

    void take(Examined block) {
        for (int record = 0; record < block.records(); record++) {
            if (!block.understood(record)) {
                continue;
            }
            if (block.removed[record] || !requests.isEmpty()) {
                note(block, record);
            }
            if (!told.isEmpty()) {
                clocks.take(block.storedAt[record]);
            }
            if (block.removed[record]) {
                left(block, record);
            } else if (block.stream(record).equals(Retention.STREAM)) {
                tell(block.positions[record], block.encoded(record));
            }
        }
    }

    private void note(Examined block, int record) {
        String stream = block.stream(record);
        if (stream.startsWith(OperationEvent.STREAM)) {
            requests.take(
                    stream,
                    block.type(record),
                    block.sequences[record],
                    block.positions[record],
                    () -> storedAt(block, record),
                    block.removed[record]);
        }
    }

    private static long storedAt(Examined block, int record) {
        try {
            return StoredRecord.decode(block.encoded(record)).storedAtNanos();
        } catch (MalformedRecord none) {
            return Long.MIN_VALUE;
        }
    }

    private void left(Examined block, int record) {
        long position = block.positions[record];
        byte[] encoded = block.encoded(record);
        try {
            gone.put(
                    position,
                    new Left(
                            Sha256.begun().digest(encoded),
                            block.type(record),
                            block.stream(record),
                            block.sequences[record],
                            StoredRecord.decode(encoded).storedAtNanos()));
        } catch (MalformedRecord none) {
            findings.add(Finding.at(
                    position, Evidence.FORM, "what is left of the record here is no record: " + none.getMessage()));
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
                stretches.add(clocks.stretch());
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
        countNoLaterThanWhatFollows();
        NavigableMap<Long, Left> uncovered = new TreeMap<>(gone);
        for (Told each : told) {
            List<Long> here = gone(each);
            // Else it is recorded and not yet done.
            if (!here.isEmpty() && here.getLast() < each.position()) {
                // A later one that fits what is left now proves nothing against one that does not.
                object(each, here);
                cover(each, here, uncovered);
            }
        }
        checkState();
        uncovered
                .keySet()
                .forEach(position -> findings.add(
                        Finding.gone(position, "its payload is gone, and no retention.removed says that it is")));
    }

    /** Else whoever can write to the database puts what takes payloads before their time at a time that is yet to come. */
    private void countNoLaterThanWhatFollows() {
        for (int each = 0; each < told.size(); each++) {
            Told said = told.get(each);
            told.set(each, said.noLaterThan(clocks.latestBehind(stretches.get(each))));
        }
    }

    /** Of a live database: what it folds from has to be what was signed for. */
    private void checkState() throws Unreadable {
        Optional<RecordSource.InForce> said = source.horizonInForce();
        if (said.isEmpty()) {
            horizonUnread = reached > 0 && !source.isCopy();
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
        if (inForce.position() == 0) {
            return;
        }
        Optional<HorizonSet> set = horizons.stream()
                .filter(each -> each.position() == inForce.event())
                .map(Horizon::set)
                .filter(each -> isSetBy(inForce, each))
                .findFirst();
        if (set.isEmpty()) {
            findings.add(Finding.at(
                    inForce.position(),
                    Evidence.REMOVAL,
                    "a horizon is in force here, for rule '" + inForce.rule() + "', with snapshot " + inForce.snapshot()
                            + " of " + inForce.parts() + " parts and version " + inForce.fold()
                            + " of the fold, and position " + inForce.event() + " does not set that one"));
            return;
        }
        if (told.stream()
                .noneMatch(each -> each.position() == inForce.removal()
                        && each.position() > inForce.event()
                        && each.removed().rule().equals(inForce.rule()))) {
            findings.add(Finding.at(
                    inForce.position(),
                    Evidence.REMOVAL,
                    "a horizon is in force here since the removal at position " + inForce.removal()
                            + ", which is none under its rule '" + inForce.rule() + "' and behind position "
                            + inForce.event() + ", which sets it"));
        }
        badState(set.get())
                .ifPresent(why -> findings.add(Finding.at(
                        inForce.event(),
                        Evidence.REMOVAL,
                        "the state at the horizon at position " + inForce.position() + why)));
    }

    private static boolean isSetBy(RecordSource.InForce inForce, HorizonSet set) {
        return set.position() == inForce.position()
                && set.rule().equals(inForce.rule())
                && set.fold() == inForce.fold()
                && set.snapshot().toString().equals(inForce.snapshot())
                && set.parts() == inForce.parts();
    }

    private Optional<String> badState(HorizonSet set) throws Unreadable {
        HorizonParts stored = source.horizonState(set.position(), set.snapshot(), set.parts());
        if (stored.count() == 0) {
            return Optional.of(", which all folds go on from, is not stored");
        }
        return stored.digest().equals(set.digest())
                ? stored.misplaced().map(why -> ", which was signed for, is not found as that: " + why)
                : Optional.of(" that is stored is not the one that was signed for");
    }

    private Optional<String> objection(Told each, long position) {
        return each.objection(position, Objects.requireNonNull(gone.get(position)), requests);
    }

    /** Positions that it names, of payloads that are gone. */
    private List<Long> gone(Told each) {
        return each.spans().stream()
                .flatMap(span -> gone.subMap(span.first(), true, span.last(), true).keySet().stream())
                .toList();
    }

    private void object(Told each, List<Long> here) throws Unreadable {
        holdAgainstDigest(each, each.spans());
        for (long position : here) {
            objection(each, position)
                    .ifPresent(why -> findings.add(Finding.gone(
                            position,
                            "its payload is gone, as the retention.removed at position " + each.position()
                                    + " says, and " + why)));
        }
    }

    private void cover(Told each, List<Long> here, NavigableMap<Long, Left> uncovered) throws Unreadable {
        long count = here.stream()
                .filter(position -> uncovered.remove(position) != null)
                .count();
        covered.merge(each.removed().rule(), count, Long::sum);
        holdBeside(each, each.spans());
        if (each.needsHorizon()) {
            reached = Math.max(reached, here.getLast());
        }
        newestCovering = Math.max(newestCovering, each.position());
        newestStoredAt = Math.max(newestStoredAt, each.storedAtNanos());
    }

    private void holdAgainstDigest(Told each, List<Positions.Span> spans) throws Unreadable {
        Remains remains = remains(spans);
        if (remains.fit(each.removed().digest())) {
            return;
        }
        String event = "the retention.removed at position " + each.position();
        findings.add(
                changed(each, spans, remains)
                        .orElseGet(
                                () -> new Finding(
                                        spans.getFirst().first(),
                                        spans.getLast().last(),
                                        Evidence.REMOVAL,
                                        "what is left of the records that " + event
                                                + " names is not what was left of them then. Its digest"
                                                + " is over all of them: one of them was changed, or more, and it does not tell which")));
    }

    private Remains remains(List<Positions.Span> spans) throws Unreadable {
        Remains remains = new Remains();
        for (Positions.Span span : spans) {
            for (long position = span.first(); position <= span.last(); position++) {
                Left left = gone.get(position);
                Optional<byte[]> one = left == null ? left(position) : Optional.of(left.sha256());
                if (one.isEmpty()) {
                    // There may be none behind it either, however many are named.
                    remains.lackOne();
                    return remains;
                }
                remains.take(one.get());
            }
        }
        return remains;
    }

    /** The one record with which, were it as it can have been, the digest would be right. */
    private Optional<Finding> changed(Told each, List<Positions.Span> spans, Remains remains) throws Unreadable {
        if (!remains.canBeTried()) {
            return Optional.empty();
        }
        List<StoredRecord> records = new ArrayList<>();
        for (Positions.Span span : spans) {
            for (byte[] encoded : source.records(span.first(), span.last())) {
                try {
                    records.add(StoredRecord.decode(encoded));
                } catch (MalformedRecord none) {
                    return Optional.empty();
                }
            }
        }
        Set<String> types = each.rule().map(rule -> rule.eventClass().types()).orElse(Set.of());
        return remains.changed(records, types, each.removed().digest())
                .map(was -> Finding.at(
                        was.position(),
                        Evidence.REMOVAL,
                        "what is left of the record is not what was left of it then: of type " + was.type()
                                + " and version " + was.version()
                                + ", and all others as they are, it would be what the retention.removed at position "
                                + each.position() + " has the digest of"));
    }

    /** What a database says beside the log, and its servers tell: under which rule a payload went, and by which event. */
    private void holdBeside(Told each, List<Positions.Span> spans) throws Unreadable {
        Map<Long, NavigableMap<Long, Long>> named = new HashMap<>();
        for (RecordSource.Beside said :
                source.removedOtherwise(spans, each.removed().rule(), each.position())) {
            // A removal that was done after another passes over what went by that one.
            Optional<Told> other = told.stream()
                    .filter(one -> one.position() == said.removal()
                            && one.removed().rule().equals(said.rule()))
                    .findFirst();
            boolean byAnother = other.map(one -> named.computeIfAbsent(one.position(), fresh -> one.named())
                            .floorEntry(said.position()))
                    .filter(span -> said.position() <= span.getValue())
                    .isPresent();
            if (!byAnother && contradicted.add(said.position())) {
                findings.add(Finding.at(
                        said.position(),
                        Evidence.REMOVAL,
                        "beside the log it is stored that the payload went under rule '" + said.rule()
                                + "' by the event at position " + said.removal()
                                + ", and it went under rule '" + each.removed().rule()
                                + "' by the retention.removed at position " + each.position()));
            }
        }
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
            return Optional.of(Sha256.begun().digest(record.encoded()));
        } catch (MalformedRecord none) {
            return Optional.empty();
        }
    }

    /** By rule, those that an event covers. */
    List<Removed> counts() {
        return covered.entrySet().stream()
                .map(each -> new Removed(each.getKey(), each.getValue()))
                .toList();
    }

    /** Whether payloads went up to a horizon, and what servers go on from there could not be looked at. */
    boolean horizonUnread() {
        return horizonUnread;
    }

    /** When the last of those that cover some was stored, as far as anything says; 0 if there is none. */
    long newestStoredAt() {
        return newestStoredAt;
    }

    /** Of the last event that covers some; 0 if there is none. */
    long newestCovering() {
        return newestCovering;
    }
}

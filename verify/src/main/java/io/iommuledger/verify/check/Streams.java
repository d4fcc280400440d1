package io.iommuledger.verify.check;

import io.iommuledger.lifecycle.enrolment.Enrolment;
import io.iommuledger.lifecycle.fact.EpochBegan;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.operation.OperationEvent;
import io.iommuledger.protocol.FactCodec;
import io.iommuledger.protocol.MalformedRecord;
import io.iommuledger.protocol.StoredSignature;
import io.iommuledger.verify.source.Unreadable;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** All streams of a log: that each is whole, and by whom a host's are. */
final class Streams {

    private final Batches batches;
    private final Keys keys;
    private final boolean anchored;
    private final Findings findings;
    private final Map<String, HostStream> epochs = new HashMap<>();
    private final Map<HostId, HostEpochs> hosts = new HashMap<>();
    private final Map<UUID, StreamId> instances = new HashMap<>();
    private final Map<String, LogStream> others = new HashMap<>();
    private final OperationStreams operations = new OperationStreams();

    /**
     * @param anchored whether each fact has to be signed: what the log says of who signs is no more to be believed than the
     *                 facts, if keys are held elsewhere
     */
    Streams(Batches batches, Keys keys, boolean anchored, Findings findings) {
        this.batches = batches;
        this.keys = keys;
        this.anchored = anchored;
        this.findings = findings;
    }

    void take(Examined block) throws Unreadable {
        block.block.signatures().stream()
                .sorted(Comparator.comparingLong(StoredSignature::lastSequence))
                .forEach(this::add);
        LogStream[] streams = new LogStream[block.names.all().size()];
        for (int record = 0; record < block.records(); record++) {
            if (!block.understood(record)) {
                continue;
            }
            int number = block.streams[record];
            if (streams[number] == null) {
                streams[number] = of(block.names.text(number));
            }
            streams[number].take(block, record);
        }
    }

    private void add(StoredSignature signature) {
        epoch(signature.stream())
                .ifPresentOrElse(
                        stream -> stream.add(signature),
                        () -> findings.add(new Finding(
                                1,
                                Long.MAX_VALUE,
                                Evidence.SIGNATURE,
                                "a signature is of no host's stream: its stream was changed")));
    }

    private LogStream of(String name) {
        if (StreamId.isStream(name)) {
            return epoch(name)
                    .<LogStream>map(stream -> (block, record) -> {
                        if (block.sequences[record] == 0) {
                            begin(stream.id(), block, record);
                        }
                        stream.take(block, record);
                    })
                    .orElse(this::nameless);
        }
        if (name.startsWith(OperationEvent.STREAM)) {
            return operation(name).orElse(this::nameless);
        }
        return others.computeIfAbsent(name, this::numbered);
    }

    private Optional<HostStream> epoch(String name) {
        HostStream known = epochs.get(name);
        if (known != null) {
            return Optional.of(known);
        }
        try {
            StreamId id = StreamId.parse(name);
            if (!id.toString().equals(name)) {
                return Optional.empty();
            }
            HostEpochs host = hosts.computeIfAbsent(id.host(), fresh -> new HostEpochs());
            HostStream stream = new HostStream(id, host, batches, keys, anchored, findings);
            epochs.put(name, stream);
            return Optional.of(stream);
        } catch (IllegalArgumentException none) {
            return Optional.empty();
        }
    }

    private void begin(StreamId id, Examined block, int record) {
        try {
            if (FactCodec.decode(block.payload(record)).fact() instanceof EpochBegan began) {
                StreamId other = instances.putIfAbsent(began.instance(), id);
                if (other != null) {
                    findings.add(Finding.at(
                            block.positions[record],
                            Evidence.CONTENT,
                            id + " is begun by the instance that began " + other + ": one is a copy of the other"));
                }
            }
        } catch (MalformedRecord newer) {
            // How a newer version begins an epoch is not known. That it does so once is looked at elsewhere.
        }
    }

    private Optional<LogStream> operation(String name) {
        String text = name.substring(OperationEvent.STREAM.length());
        try {
            UUID id = UUID.fromString(text);
            return id.toString().equals(text)
                    ? Optional.of((block, record) -> {
                        long sequence = block.sequences[record];
                        int wanted = operations.take(id, sequence);
                        if (sequence != wanted) {
                            findings.add(StreamOrder.broken(block.positions[record], name, wanted, sequence));
                        }
                    })
                    : Optional.empty();
        } catch (IllegalArgumentException none) {
            return Optional.empty();
        }
    }

    private void nameless(Examined block, int record) {
        findings.add(Finding.at(
                block.positions[record],
                Evidence.CONTENT,
                "no stream has the name of " + Examiner.place(block, record)));
    }

    private LogStream numbered(String name) {
        boolean enrolment = Enrolment.isStream(name);
        long[] next = {0};
        return (block, record) -> {
            long sequence = block.sequences[record];
            if (sequence != next[0]) {
                findings.add(StreamOrder.broken(block.positions[record], name, next[0], sequence));
            }
            next[0] = Math.max(next[0], sequence + 1);
            if (enrolment) {
                keys.take(block.positions[record], block.payload(record));
            }
        };
    }

    /** @param brokenOff whether signatures may have stood behind the last record that could be read */
    void end(boolean brokenOff) {
        epochs.values().forEach(stream -> stream.end(brokenOff));
    }

    StreamCounts counts() {
        long unsigned = epochs.values().stream().mapToLong(HostStream::unsigned).sum();
        return new StreamCounts(hosts.size(), epochs.size(), operations.count(), unsigned);
    }
}

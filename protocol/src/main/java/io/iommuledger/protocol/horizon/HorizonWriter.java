package io.iommuledger.protocol.horizon;

import com.google.protobuf.InvalidProtocolBufferException;
import io.iommuledger.protocol.CheckpointEncoder;
import io.iommuledger.protocol.Wire;
import io.iommuledger.protocol.v1.BundleProto.CheckpointPart;
import io.iommuledger.protocol.v1.HorizonProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.TreeMap;

/** Writes how everything stood, host by host, in parts of which none is long. */
public final class HorizonWriter {
    static final int MOST_BYTES = 1 << 20;

    private final Sink sink;
    private HorizonProto.HorizonPart.Builder part = HorizonProto.HorizonPart.newBuilder();
    private boolean ofRows;
    private int bytes;

    /** Where the parts go, in their order. */
    public interface Sink {
        /** @param ofRows whether it has rows, and nothing of the fold */
        void part(String host, boolean ofRows, byte[] encoded);
    }

    public HorizonWriter(Sink sink) {
        this.sink = sink;
    }

    /** The next host, whose rows follow. */
    public void begin(HorizonHost host) {
        end();
        part.setHost(host.host().value()).setBegins(begins(host));
        bytes = part.build().getSerializedSize();
        CheckpointEncoder fold = new CheckpointEncoder(encoded -> {
            room(encoded.length);
            part.addKept(kept(encoded));
        });
        try {
            fold.put(host.fold());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void row(HorizonRow row) {
        if (!ofRows) {
            next();
            ofRows = true;
        }
        HorizonProto.HorizonRow wire = HorizonProto.HorizonRow.newBuilder()
                .setTable(row.table())
                .setColumns(row.columns())
                .build();
        room(wire.getSerializedSize());
        part.addRows(wire);
    }

    /** After the last one. */
    public void end() {
        if (!part.getHost().isEmpty()) {
            sink.part(part.getHost(), ofRows, part.build().toByteArray());
        }
        part = HorizonProto.HorizonPart.newBuilder();
        ofRows = false;
        bytes = 0;
    }

    private void room(int more) {
        // With what it takes to say that it is there.
        int wanted = more + 8;
        if (bytes + wanted > MOST_BYTES && part.getKeptCount() + part.getRowsCount() > 0) {
            next();
        }
        bytes += wanted;
    }

    /** The next part of the same kind, of the same host. */
    private void next() {
        String host = part.getHost();
        boolean same = ofRows;
        end();
        part.setHost(host);
        ofRows = same;
        bytes = part.build().getSerializedSize();
    }

    private static CheckpointPart kept(byte[] encoded) {
        try {
            return CheckpointPart.parseFrom(encoded);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("what has just been encoded is not understood", e);
        }
    }

    private static HorizonProto.HorizonHost.Builder begins(HorizonHost host) {
        HorizonProto.HorizonHost.Builder wire = HorizonProto.HorizonHost.newBuilder()
                .setPosition(host.position())
                .setNewestEpoch(host.newestEpoch())
                .setBeganPosition(host.beganPosition())
                .setBeganNanos(host.beganNanos());
        new TreeMap<>(host.passed())
                .forEach((epoch, records) -> wire.addPassed(
                        HorizonProto.PassedOver.newBuilder().setEpoch(epoch).setRecords(records)));
        for (HorizonHost.OpenSince open : host.episodes()) {
            HorizonProto.OpenSince.Builder since = wire.addEpisodesBuilder()
                    .setEpoch(open.episode().epoch())
                    .setNumber(open.episode().number())
                    .setPosition(open.position())
                    .setNanos(open.nanos());
            open.operation().ifPresent(operation -> since.setOperation(Wire.bytes(operation)));
        }
        return wire;
    }
}

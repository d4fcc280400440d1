package io.iommuledger.protocol.horizon;

import com.google.protobuf.InvalidProtocolBufferException;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.reset.EpisodeId;
import io.iommuledger.protocol.CheckpointDecoder;
import io.iommuledger.protocol.MalformedRecord;
import io.iommuledger.protocol.Wire;
import io.iommuledger.protocol.v1.BundleProto.CheckpointPart;
import io.iommuledger.protocol.v1.HorizonProto;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads what a {@link HorizonWriter} has written. */
public final class HorizonReader {
    private final CheckpointDecoder fold = new CheckpointDecoder();
    private Optional<HorizonProto.HorizonHost> begins = Optional.empty();
    private int parts;

    /**
     * The next part of a host that is of its fold.
     *
     * @throws MalformedRecord if it is none
     */
    public void take(byte[] bytes) {
        HorizonProto.HorizonPart part = part(bytes);
        if (parts++ == 0 && part.hasBegins()) {
            begins = Optional.of(part.getBegins());
        }
        for (CheckpointPart kept : part.getKeptList()) {
            fold.take(kept.toByteArray());
        }
    }

    /**
     * What folds of the host go on from; empty if there was no part.
     *
     * @throws MalformedRecord if the parts are not those of one host
     */
    public Optional<HorizonHost> host() {
        if (parts == 0) {
            return Optional.empty();
        }
        if (fold.hosts().size() != 1 || begins.isEmpty()) {
            throw new MalformedRecord("the " + parts + " parts are not those of one host at a horizon");
        }
        return Optional.of(host(fold, begins.get()));
    }

    private static HorizonHost host(CheckpointDecoder fold, HorizonProto.HorizonHost begins) {
        HostId id = fold.hosts().getFirst().host();
        Map<Long, Long> passed = new TreeMap<>();
        begins.getPassedList().forEach(one -> passed.put(one.getEpoch(), one.getRecords()));
        List<HorizonHost.OpenSince> episodes = begins.getEpisodesList().stream()
                .map(open -> new HorizonHost.OpenSince(
                        new EpisodeId(id, open.getEpoch(), open.getNumber()),
                        open.getPosition(),
                        open.getNanos(),
                        open.getOperation().isEmpty() ? Optional.empty() : Optional.of(Wire.uuid(open.getOperation()))))
                .toList();
        return new HorizonHost(
                fold.hosts().getFirst(),
                begins.getPosition(),
                begins.getNewestEpoch(),
                begins.getBeganPosition(),
                begins.getBeganNanos(),
                passed,
                episodes);
    }

    /** The rows in a part. */
    public static List<HorizonRow> rows(byte[] part) {
        return part(part).getRowsList().stream()
                .map(row -> new HorizonRow(row.getTable(), row.getColumns()))
                .toList();
    }

    private static HorizonProto.HorizonPart part(byte[] bytes) {
        try {
            return HorizonProto.HorizonPart.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new MalformedRecord("no part of a state at a horizon in " + bytes.length + " bytes", e);
        }
    }
}

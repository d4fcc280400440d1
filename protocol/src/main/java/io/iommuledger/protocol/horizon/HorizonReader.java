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
    private HorizonReader() {}

    /**
     * What folds of a host go on from.
     *
     * @param parts all of the host, in their order
     * @throws MalformedRecord if they are none
     */
    public static HorizonHost host(List<byte[]> parts) {
        CheckpointDecoder fold = new CheckpointDecoder();
        Optional<HorizonProto.HorizonPart> first = Optional.empty();
        for (byte[] bytes : parts) {
            HorizonProto.HorizonPart part = part(bytes);
            if (first.isEmpty()) {
                first = Optional.of(part);
            }
            for (CheckpointPart kept : part.getKeptList()) {
                fold.take(kept.toByteArray());
            }
        }
        if (fold.hosts().size() != 1
                || !first.map(HorizonProto.HorizonPart::hasBegins).orElse(false)) {
            throw new MalformedRecord("the " + parts.size() + " parts are not those of one host at a horizon");
        }
        return host(fold, first.get().getBegins());
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

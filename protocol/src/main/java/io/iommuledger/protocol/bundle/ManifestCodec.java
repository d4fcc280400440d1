package io.iommuledger.protocol.bundle;

import com.google.protobuf.InvalidProtocolBufferException;
import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.Scope;
import io.iommuledger.protocol.MalformedRecord;
import io.iommuledger.protocol.bundle.Manifest.Completeness;
import io.iommuledger.protocol.bundle.Manifest.MissingFacts;
import io.iommuledger.protocol.v1.BundleProto;
import io.iommuledger.protocol.v1.OperationProto.ContextRef;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;

/** A {@link Manifest} as bytes and back. */
final class ManifestCodec {

    private ManifestCodec() {}

    static byte[] encode(Manifest manifest) {
        BundleProto.BundleManifest.Builder wire = BundleProto.BundleManifest.newBuilder()
                .setFold(manifest.fold())
                .setFrom(manifest.from())
                .setTo(manifest.to())
                .setHash(manifest.hash())
                .setKnown(manifest.known())
                .setCompleteness(encode(manifest.completeness()))
                .addAllTaintedHosts(manifest.taintedHosts());
        manifest.endNanos().ifPresent(wire::setEndNanos);
        Scope scope = manifest.scope();
        scope.hosts().forEach(host -> wire.addHosts(host.value()));
        scope.context()
                .ifPresent(context -> wire.setContext(
                        ContextRef.newBuilder().setEpoch(context.epoch()).setNumber(context.number())));
        scope.device().ifPresent(device -> wire.setDevice(device.packed()));
        return wire.build().toByteArray();
    }

    private static BundleProto.BundleCompleteness encode(Completeness completeness) {
        BundleProto.BundleCompleteness.Builder wire = BundleProto.BundleCompleteness.newBuilder()
                .setState(completeness.state())
                .setMissing(completeness.missing())
                .setOpenHosts(completeness.openHosts());
        completeness.openSinceNanos().ifPresent(wire::setOpenSinceNanos);
        for (MissingFacts gap : completeness.gaps()) {
            wire.addGaps(BundleProto.MissingFacts.newBuilder()
                    .setHost(gap.host())
                    .setCount(gap.count())
                    .setCause(gap.cause())
                    .setWhy(gap.why())
                    .setPosition(gap.position()));
        }
        return wire.build();
    }

    /** @throws MalformedRecord if the bytes are none */
    static Manifest decode(byte[] bytes) {
        try {
            return decode(BundleProto.BundleManifest.parseFrom(bytes));
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            throw new MalformedRecord("no manifest in " + bytes.length + " bytes: " + e.getMessage(), e);
        }
    }

    private static Manifest decode(BundleProto.BundleManifest wire) {
        if (wire.getFrom() < 0 || wire.getTo() < wire.getFrom()) {
            throw new MalformedRecord("it goes from position " + Long.toUnsignedString(wire.getFrom()) + " to "
                    + Long.toUnsignedString(wire.getTo()));
        }
        NavigableSet<HostId> hosts = new TreeSet<>();
        wire.getHostsList().forEach(host -> hosts.add(new HostId(host)));
        Scope scope = new Scope(
                hosts,
                wire.hasContext()
                        ? Optional.of(new ContextId(
                                wire.getContext().getEpoch(), wire.getContext().getNumber()))
                        : Optional.empty(),
                wire.hasDevice() ? Optional.of(PciAddress.unpack(wire.getDevice())) : Optional.empty());
        return new Manifest(
                wire.getFold(),
                wire.getFrom(),
                wire.getTo(),
                wire.hasEndNanos() ? OptionalLong.of(wire.getEndNanos()) : OptionalLong.empty(),
                scope,
                wire.getHash(),
                wire.getKnown(),
                decode(wire.getCompleteness()),
                List.copyOf(wire.getTaintedHostsList()));
    }

    private static Completeness decode(BundleProto.BundleCompleteness wire) {
        return new Completeness(
                wire.getState(),
                wire.getMissing(),
                wire.getGapsList().stream()
                        .map(gap -> new MissingFacts(
                                gap.getHost(), gap.getCount(), gap.getCause(), gap.getWhy(), gap.getPosition()))
                        .toList(),
                wire.hasOpenSinceNanos() ? OptionalLong.of(wire.getOpenSinceNanos()) : OptionalLong.empty(),
                wire.getOpenHosts());
    }
}

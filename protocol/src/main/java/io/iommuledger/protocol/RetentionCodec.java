package io.iommuledger.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.principal.Commitment;
import io.iommuledger.lifecycle.retention.EventClass;
import io.iommuledger.lifecycle.retention.HoldPlaced;
import io.iommuledger.lifecycle.retention.HoldReleased;
import io.iommuledger.lifecycle.retention.HorizonSet;
import io.iommuledger.lifecycle.retention.PayloadsRemoved;
import io.iommuledger.lifecycle.retention.RetentionEvent;
import io.iommuledger.lifecycle.retention.RuleRemoved;
import io.iommuledger.lifecycle.retention.RuleSet;
import io.iommuledger.protocol.v1.RetentionProto;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/** Events of retention to bytes and back; {@code retention.proto} describes them. */
public final class RetentionCodec {
    private RetentionCodec() {}

    public static byte[] encode(RetentionEvent event) {
        RetentionProto.RetentionEvent.Builder wire = RetentionProto.RetentionEvent.newBuilder()
                .setAtNanos(event.atNanos())
                .setPrincipal(event.principal())
                .setCommitment(Wire.commitment(event.commitment()));
        switch (event) {
            case RuleSet e ->
                wire.getRuleSetBuilder()
                        .setRule(e.rule())
                        .setEventClass(e.eventClass().word())
                        .setKeepSeconds(e.keepSeconds());
            case RuleRemoved e -> wire.getRuleRemovedBuilder().setRule(e.rule());
            case HoldPlaced e -> {
                RetentionProto.HoldPlaced.Builder placed = wire.getHoldPlacedBuilder()
                        .setHold(e.hold())
                        .setReason(e.reason())
                        .addAllHosts(e.hosts().stream().map(HostId::value).toList());
                e.fromPosition().ifPresent(placed::setFromPosition);
                e.toPosition().ifPresent(placed::setToPosition);
                e.fromNanos().ifPresent(placed::setFromNanos);
                e.toNanos().ifPresent(placed::setToNanos);
            }
            case HoldReleased e ->
                wire.getHoldReleasedBuilder().setHold(e.hold()).setReason(e.reason());
            case PayloadsRemoved e ->
                wire.getPayloadsRemovedBuilder()
                        .setRule(e.rule())
                        .setPositions(e.positions())
                        .setRecords(e.records())
                        .setDigest(ByteString.copyFrom(HexFormat.of().parseHex(e.digest())));
            case HorizonSet e ->
                wire.getHorizonSetBuilder()
                        .setPosition(e.position())
                        .setRule(e.rule())
                        .setFold(e.fold())
                        .setSnapshot(e.snapshot().toString())
                        .setParts(e.parts())
                        .setDigest(ByteString.copyFrom(HexFormat.of().parseHex(e.digest())));
        }
        return wire.build().toByteArray();
    }

    /** @throws MalformedRecord if the bytes are no event of retention that this version knows */
    public static RetentionEvent decode(byte[] bytes) {
        try {
            return decode(RetentionProto.RetentionEvent.parseFrom(bytes));
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            throw new MalformedRecord("no event of retention in " + bytes.length + " bytes: " + e.getMessage(), e);
        }
    }

    private static RetentionEvent decode(RetentionProto.RetentionEvent wire) {
        long at = wire.getAtNanos();
        String principal = wire.getPrincipal();
        Optional<Commitment> commitment = Wire.commitment(wire.getCommitment());
        return switch (wire.getEventCase()) {
            case RULE_SET -> {
                RetentionProto.RuleSet set = wire.getRuleSet();
                yield new RuleSet(
                        at,
                        principal,
                        commitment,
                        set.getRule(),
                        EventClass.of(set.getEventClass())
                                .orElseThrow(() -> new MalformedRecord("a rule about the class of events '"
                                        + set.getEventClass() + "', which this version does not know")),
                        set.getKeepSeconds());
            }
            case RULE_REMOVED ->
                new RuleRemoved(at, principal, commitment, wire.getRuleRemoved().getRule());
            case HOLD_PLACED -> placed(at, principal, commitment, wire.getHoldPlaced());
            case HOLD_RELEASED ->
                new HoldReleased(
                        at,
                        principal,
                        commitment,
                        wire.getHoldReleased().getHold(),
                        wire.getHoldReleased().getReason());
            case PAYLOADS_REMOVED -> {
                RetentionProto.PayloadsRemoved removed = wire.getPayloadsRemoved();
                yield new PayloadsRemoved(
                        at,
                        principal,
                        commitment,
                        removed.getRule(),
                        removed.getPositions(),
                        removed.getRecords(),
                        HexFormat.of().formatHex(removed.getDigest().toByteArray()));
            }
            case HORIZON_SET -> {
                RetentionProto.HorizonSet set = wire.getHorizonSet();
                yield new HorizonSet(
                        at,
                        principal,
                        commitment,
                        set.getPosition(),
                        set.getRule(),
                        set.getFold(),
                        UUID.fromString(set.getSnapshot()),
                        set.getParts(),
                        HexFormat.of().formatHex(set.getDigest().toByteArray()));
            }
            case EVENT_NOT_SET -> throw new MalformedRecord("an event of retention that is not known");
        };
    }

    private static HoldPlaced placed(
            long at, String principal, Optional<Commitment> commitment, RetentionProto.HoldPlaced placed) {
        return new HoldPlaced(
                at,
                principal,
                commitment,
                placed.getHold(),
                placed.getReason(),
                placed.getHostsList().stream().map(HostId::new).toList(),
                placed.hasFromPosition() ? OptionalLong.of(placed.getFromPosition()) : OptionalLong.empty(),
                placed.hasToPosition() ? OptionalLong.of(placed.getToPosition()) : OptionalLong.empty(),
                placed.hasFromNanos() ? OptionalLong.of(placed.getFromNanos()) : OptionalLong.empty(),
                placed.hasToNanos() ? OptionalLong.of(placed.getToNanos()) : OptionalLong.empty());
    }
}

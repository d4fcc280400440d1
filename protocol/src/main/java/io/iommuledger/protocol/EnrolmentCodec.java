package io.iommuledger.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.iommuledger.lifecycle.enrolment.AgentAdmitted;
import io.iommuledger.lifecycle.enrolment.AlarmAcknowledged;
import io.iommuledger.lifecycle.enrolment.AlarmKind;
import io.iommuledger.lifecycle.enrolment.AlarmRaised;
import io.iommuledger.lifecycle.enrolment.EnrolmentEvent;
import io.iommuledger.lifecycle.enrolment.Fingerprint;
import io.iommuledger.lifecycle.enrolment.KeyEnrolled;
import io.iommuledger.lifecycle.enrolment.KeyWithdrawn;
import io.iommuledger.lifecycle.enrolment.MoveConfirmed;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.principal.Commitment;
import io.iommuledger.protocol.v1.EnrolmentProto;
import java.util.Optional;

/** Events of enrolment to bytes and back; {@code enrolment.proto} describes them. */
public final class EnrolmentCodec {
    private EnrolmentCodec() {}

    public static byte[] encode(EnrolmentEvent event) {
        EnrolmentProto.EnrolmentEvent.Builder wire = EnrolmentProto.EnrolmentEvent.newBuilder()
                .setHost(event.host().value())
                .setAtNanos(event.atNanos());
        switch (event) {
            case KeyEnrolled e ->
                wire.setPrincipal(e.principal())
                        .setCommitment(Wire.commitment(e.commitment()))
                        .getKeyEnrolledBuilder()
                        .setFingerprint(ByteString.copyFrom(e.fingerprint().sha256()));
            case KeyWithdrawn e ->
                wire.setPrincipal(e.principal())
                        .setCommitment(Wire.commitment(e.commitment()))
                        .getKeyWithdrawnBuilder()
                        .setFingerprint(ByteString.copyFrom(e.fingerprint().sha256()));
            case AgentAdmitted e ->
                wire.getAgentAdmittedBuilder()
                        .setPublicKey(ByteString.copyFrom(e.key().encoded()))
                        .setMachineId(e.machineId())
                        .setEpoch(e.epoch());
            case MoveConfirmed e ->
                wire.setPrincipal(e.principal())
                        .setCommitment(Wire.commitment(e.commitment()))
                        .getMoveConfirmedBuilder()
                        .setMachineId(e.machineId());
            case AlarmRaised e ->
                wire.getAlarmRaisedBuilder()
                        .setNumber(e.number())
                        .setKind(EnrolmentProto.AlarmKind.valueOf(e.kind().name()))
                        .setSubject(e.subject())
                        .setText(e.text());
            case AlarmAcknowledged e ->
                wire.setPrincipal(e.principal())
                        .setCommitment(Wire.commitment(e.commitment()))
                        .getAlarmAcknowledgedBuilder()
                        .setNumber(e.number());
        }
        return wire.build().toByteArray();
    }

    /** @throws MalformedRecord if the bytes are no event of enrolment that this version knows */
    public static EnrolmentEvent decode(byte[] bytes) {
        try {
            return decode(EnrolmentProto.EnrolmentEvent.parseFrom(bytes));
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            throw new MalformedRecord("no event of enrolment in " + bytes.length + " bytes: " + e.getMessage(), e);
        }
    }

    private static EnrolmentEvent decode(EnrolmentProto.EnrolmentEvent wire) {
        HostId host = new HostId(wire.getHost());
        long at = wire.getAtNanos();
        String principal = wire.getPrincipal();
        Optional<Commitment> commitment = Wire.commitment(wire.getCommitment());
        return switch (wire.getEventCase()) {
            case KEY_ENROLLED ->
                new KeyEnrolled(
                        host,
                        at,
                        principal,
                        Fingerprint.of(wire.getKeyEnrolled().getFingerprint().toByteArray()),
                        commitment);
            case KEY_WITHDRAWN ->
                new KeyWithdrawn(
                        host,
                        at,
                        principal,
                        Fingerprint.of(wire.getKeyWithdrawn().getFingerprint().toByteArray()),
                        commitment);
            case AGENT_ADMITTED -> {
                EnrolmentProto.AgentAdmitted admitted = wire.getAgentAdmitted();
                yield new AgentAdmitted(
                        host,
                        at,
                        Signing.key(admitted.getPublicKey().toByteArray()),
                        admitted.getMachineId(),
                        admitted.getEpoch());
            }
            case MOVE_CONFIRMED ->
                new MoveConfirmed(host, at, principal, wire.getMoveConfirmed().getMachineId(), commitment);
            case ALARM_RAISED -> {
                EnrolmentProto.AlarmRaised raised = wire.getAlarmRaised();
                yield new AlarmRaised(
                        host, at, raised.getNumber(), kind(raised.getKind()), raised.getSubject(), raised.getText());
            }
            case ALARM_ACKNOWLEDGED ->
                new AlarmAcknowledged(
                        host, at, principal, wire.getAlarmAcknowledged().getNumber(), commitment);
            case EVENT_NOT_SET ->
                throw new MalformedRecord("an event of enrolment of host " + host + " that is not known");
        };
    }

    private static AlarmKind kind(EnrolmentProto.AlarmKind kind) {
        return AlarmKind.valueOf(kind.name());
    }
}

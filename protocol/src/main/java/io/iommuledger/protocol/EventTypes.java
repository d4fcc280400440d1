package io.iommuledger.protocol;

import io.iommuledger.lifecycle.access.AccessBegan;
import io.iommuledger.lifecycle.access.AccessEnded;
import io.iommuledger.lifecycle.access.AccessEvent;
import io.iommuledger.lifecycle.access.AccessRead;
import io.iommuledger.lifecycle.enrolment.AgentAdmitted;
import io.iommuledger.lifecycle.enrolment.AlarmAcknowledged;
import io.iommuledger.lifecycle.enrolment.AlarmRaised;
import io.iommuledger.lifecycle.enrolment.EnrolmentEvent;
import io.iommuledger.lifecycle.enrolment.KeyEnrolled;
import io.iommuledger.lifecycle.enrolment.KeyWithdrawn;
import io.iommuledger.lifecycle.enrolment.MoveConfirmed;
import io.iommuledger.lifecycle.erasure.ErasureApproved;
import io.iommuledger.lifecycle.erasure.ErasureDone;
import io.iommuledger.lifecycle.erasure.ErasureEvent;
import io.iommuledger.lifecycle.erasure.ErasureRequested;
import io.iommuledger.lifecycle.erasure.ErasureWithdrawn;
import io.iommuledger.lifecycle.fact.AccessChangeRequested;
import io.iommuledger.lifecycle.fact.AccessChanged;
import io.iommuledger.lifecycle.fact.ContextCloseRequested;
import io.iommuledger.lifecycle.fact.ContextClosed;
import io.iommuledger.lifecycle.fact.ContextOpenRequested;
import io.iommuledger.lifecycle.fact.ContextOpened;
import io.iommuledger.lifecycle.fact.DeviceDiscovered;
import io.iommuledger.lifecycle.fact.DeviceOpenRequested;
import io.iommuledger.lifecycle.fact.DeviceOpened;
import io.iommuledger.lifecycle.fact.DeviceReleaseRequested;
import io.iommuledger.lifecycle.fact.DeviceReleased;
import io.iommuledger.lifecycle.fact.DmaFaulted;
import io.iommuledger.lifecycle.fact.EpochBegan;
import io.iommuledger.lifecycle.fact.EpochEnded;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.FactsLost;
import io.iommuledger.lifecycle.fact.FaultsMissed;
import io.iommuledger.lifecycle.fact.FramesRead;
import io.iommuledger.lifecycle.fact.GroupAttachRequested;
import io.iommuledger.lifecycle.fact.GroupAttached;
import io.iommuledger.lifecycle.fact.GroupBusy;
import io.iommuledger.lifecycle.fact.GroupDetachRequested;
import io.iommuledger.lifecycle.fact.GroupDetached;
import io.iommuledger.lifecycle.fact.GroupFree;
import io.iommuledger.lifecycle.fact.InstructionEnded;
import io.iommuledger.lifecycle.fact.IntentResolved;
import io.iommuledger.lifecycle.fact.JournalDamaged;
import io.iommuledger.lifecycle.fact.ListPart;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.MemoryDecodingChanged;
import io.iommuledger.lifecycle.fact.MemoryDecodingRequested;
import io.iommuledger.lifecycle.fact.NotAsked;
import io.iommuledger.lifecycle.fact.PoliciesChanged;
import io.iommuledger.lifecycle.fact.PowerChanged;
import io.iommuledger.lifecycle.fact.PowerRequested;
import io.iommuledger.lifecycle.fact.Refused;
import io.iommuledger.lifecycle.fact.RegionAllocated;
import io.iommuledger.lifecycle.fact.RegionFreeRequested;
import io.iommuledger.lifecycle.fact.RegionFreed;
import io.iommuledger.lifecycle.fact.RegionRequested;
import io.iommuledger.lifecycle.fact.ResetFinished;
import io.iommuledger.lifecycle.fact.ResetRequested;
import io.iommuledger.lifecycle.fact.RestoreRequested;
import io.iommuledger.lifecycle.fact.UnmapFellShort;
import io.iommuledger.lifecycle.fact.UnmapRequested;
import io.iommuledger.lifecycle.fact.Unmapped;
import io.iommuledger.lifecycle.fact.WithdrawalAbandoned;
import io.iommuledger.lifecycle.fact.WithdrawalBegan;
import io.iommuledger.lifecycle.operation.KeptRequest;
import io.iommuledger.lifecycle.operation.OperationEnded;
import io.iommuledger.lifecycle.operation.OperationEvent;
import io.iommuledger.lifecycle.operation.OperationPart;
import io.iommuledger.lifecycle.operation.OperationRequested;
import io.iommuledger.lifecycle.retention.HoldPlaced;
import io.iommuledger.lifecycle.retention.HoldReleased;
import io.iommuledger.lifecycle.retention.HorizonSet;
import io.iommuledger.lifecycle.retention.PayloadsRemoved;
import io.iommuledger.lifecycle.retention.RetentionEvent;
import io.iommuledger.lifecycle.retention.RuleRemoved;
import io.iommuledger.lifecycle.retention.RuleSet;

/** The names under which events are stored. They never change and are never the names of classes. */
public final class EventTypes {

    /** The first version of every event's layout. */
    public static final String REVISION = "1";

    /** Begins the names of the events of operations. */
    public static final String OPERATION = "operation.";

    public static final String OPERATION_REQUESTED = OPERATION + "requested";
    public static final String OPERATION_ENDED = OPERATION + "ended";
    public static final String OPERATION_PART = OPERATION + "list-part";

    /** Of no record: what a request is read as whose payload was removed. */
    public static final String OPERATION_KEPT = OPERATION + "request-kept";

    public static final String INSTRUCTION_ENDED = "host.instruction-ended";
    public static final String EPOCH_BEGAN = "host.epoch-began";
    public static final String EPOCH_ENDED = "host.epoch-ended";
    private static final String MAP_REQUESTED = "mapping.map-requested";

    /** Begins the names of the events of enrolment. */
    public static final String ENROLMENT = "enrolment.";

    public static final String ALARM_RAISED = ENROLMENT + "alarm-raised";
    public static final String ALARM_ACKNOWLEDGED = ENROLMENT + "alarm-acknowledged";

    /** Begins the names of the events of retention. */
    public static final String RETENTION = "retention.";

    public static final String PAYLOADS_REMOVED = RETENTION + "removed";
    public static final String HORIZON_SET = RETENTION + "horizon-set";

    /** Begins the names of the events of erasures. */
    public static final String ERASURE = "erasure.";

    public static final String ERASURE_REQUESTED = ERASURE + "requested";
    public static final String ERASURE_APPROVED = ERASURE + "approved";
    public static final String ERASURE_DONE = ERASURE + "done";

    /** A fact that a newer agent wrote and this version does not know. */
    public static final String UNKNOWN_FACT = "host.unknown";

    /** Begins the names of the events of who read of the audit. */
    public static final String ACCESS = "access.";

    public static final String ACCESS_BEGAN = ACCESS + "began";
    public static final String ACCESS_READ = ACCESS + "read";
    public static final String ACCESS_ENDED = ACCESS + "ended";

    private EventTypes() {}

    /**
     * The version of a type's layout that this release writes and, with all below it, reads. A layout that an older
     * release would misread has a new one; fields that it may pass over have not.
     */
    public static String version(String type) {
        return type.equals(MAP_REQUESTED) ? "2" : REVISION;
    }

    public static String of(OperationEvent event) {
        return switch (event) {
            case OperationPart e -> OPERATION_PART;
            case OperationRequested e -> OPERATION_REQUESTED;
            case OperationEnded e -> OPERATION_ENDED;
            case KeptRequest e -> OPERATION_KEPT;
        };
    }

    public static String of(EnrolmentEvent event) {
        return switch (event) {
            case KeyEnrolled e -> ENROLMENT + "key-enrolled";
            case KeyWithdrawn e -> ENROLMENT + "key-withdrawn";
            case AgentAdmitted e -> ENROLMENT + "agent-admitted";
            case MoveConfirmed e -> ENROLMENT + "move-confirmed";
            case AlarmRaised e -> ALARM_RAISED;
            case AlarmAcknowledged e -> ALARM_ACKNOWLEDGED;
        };
    }

    public static String of(ErasureEvent event) {
        return switch (event) {
            case ErasureRequested e -> ERASURE_REQUESTED;
            case ErasureApproved e -> ERASURE_APPROVED;
            case ErasureWithdrawn e -> ERASURE + "withdrawn";
            case ErasureDone e -> ERASURE_DONE;
        };
    }

    public static String of(Fact fact) {
        return switch (fact) {
            case EpochBegan f -> EPOCH_BEGAN;
            case EpochEnded f -> EPOCH_ENDED;
            case DeviceDiscovered f -> "host.device-discovered";
            case InstructionEnded f -> INSTRUCTION_ENDED;
            case PoliciesChanged f -> "host.policies-changed";
            case GroupFree f -> "group.free";
            case GroupBusy f -> "group.busy";
            case WithdrawalBegan f -> "episode.withdrawal-began";
            case WithdrawalAbandoned f -> "episode.withdrawal-abandoned";
            case DmaFaulted f -> "host.dma-faulted";
            case FaultsMissed f -> "host.faults-missed";
            case FramesRead f -> "mapping.frames-read";
            case FactsLost f -> "host.facts-lost";
            case JournalDamaged f -> "host.journal-damaged";
            case IntentResolved f -> "host.intent-resolved";
            case ListPart f -> "host.list-part";
            case ContextOpenRequested f -> "context.open-requested";
            case ContextOpened f -> "context.opened";
            case GroupAttachRequested f -> "group.attach-requested";
            case GroupAttached f -> "group.attached";
            case DeviceOpenRequested f -> "device.open-requested";
            case DeviceOpened f -> "device.opened";
            case MapRequested f -> MAP_REQUESTED;
            case Mapped f -> "mapping.mapped";
            case UnmapRequested f -> "mapping.unmap-requested";
            case Unmapped f -> "mapping.unmapped";
            case ResetRequested f -> "reset.requested";
            case ResetFinished f -> "reset.finished";
            case MemoryDecodingRequested f -> "device.memory-decoding-requested";
            case MemoryDecodingChanged f -> "device.memory-decoding-changed";
            case DeviceReleaseRequested f -> "device.release-requested";
            case DeviceReleased f -> "device.released";
            case GroupDetachRequested f -> "group.detach-requested";
            case GroupDetached f -> "group.detached";
            case ContextCloseRequested f -> "context.close-requested";
            case ContextClosed f -> "context.closed";
            case UnmapFellShort f -> "mapping.unmap-fell-short";
            case RestoreRequested f -> "mapping.restore-requested";
            case AccessChangeRequested f -> "mapping.access-change-requested";
            case AccessChanged f -> "mapping.access-changed";
            case RegionRequested f -> "region.requested";
            case RegionAllocated f -> "region.allocated";
            case RegionFreeRequested f -> "region.free-requested";
            case RegionFreed f -> "region.freed";
            case PowerRequested f -> "device.power-requested";
            case PowerChanged f -> "device.power-changed";
            case NotAsked f -> "kernel.not-asked";
            case Refused f -> "kernel.refused";
        };
    }

    public static String of(RetentionEvent event) {
        return switch (event) {
            case RuleSet e -> RETENTION + "rule-set";
            case RuleRemoved e -> RETENTION + "rule-removed";
            case HoldPlaced e -> RETENTION + "hold-placed";
            case HoldReleased e -> RETENTION + "hold-released";
            case PayloadsRemoved e -> PAYLOADS_REMOVED;
            case HorizonSet e -> HORIZON_SET;
        };
    }

    public static String of(AccessEvent event) {
        return switch (event) {
            case AccessBegan e -> ACCESS_BEGAN;
            case AccessRead e -> ACCESS_READ;
            case AccessEnded e -> ACCESS_ENDED;
        };
    }
}

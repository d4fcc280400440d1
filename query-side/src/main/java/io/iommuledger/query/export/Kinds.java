package io.iommuledger.query.export;

import io.iommuledger.db.EventLog;
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
import io.iommuledger.lifecycle.fact.AccessChanged;
import io.iommuledger.lifecycle.fact.Answer;
import io.iommuledger.lifecycle.fact.ContextClosed;
import io.iommuledger.lifecycle.fact.ContextOpened;
import io.iommuledger.lifecycle.fact.DeviceDiscovered;
import io.iommuledger.lifecycle.fact.DeviceOpened;
import io.iommuledger.lifecycle.fact.DeviceReleased;
import io.iommuledger.lifecycle.fact.DmaFaulted;
import io.iommuledger.lifecycle.fact.EpochBegan;
import io.iommuledger.lifecycle.fact.EpochEnded;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.FactsLost;
import io.iommuledger.lifecycle.fact.FaultsMissed;
import io.iommuledger.lifecycle.fact.FramesRead;
import io.iommuledger.lifecycle.fact.GroupAttached;
import io.iommuledger.lifecycle.fact.GroupBusy;
import io.iommuledger.lifecycle.fact.GroupDetached;
import io.iommuledger.lifecycle.fact.GroupFree;
import io.iommuledger.lifecycle.fact.HostFact;
import io.iommuledger.lifecycle.fact.InstructionEnded;
import io.iommuledger.lifecycle.fact.Intent;
import io.iommuledger.lifecycle.fact.IntentResolved;
import io.iommuledger.lifecycle.fact.JournalDamaged;
import io.iommuledger.lifecycle.fact.ListPart;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.MemoryDecodingChanged;
import io.iommuledger.lifecycle.fact.NotAsked;
import io.iommuledger.lifecycle.fact.PoliciesChanged;
import io.iommuledger.lifecycle.fact.PowerChanged;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.fact.Refused;
import io.iommuledger.lifecycle.fact.RegionAllocated;
import io.iommuledger.lifecycle.fact.RegionFreed;
import io.iommuledger.lifecycle.fact.ResetFinished;
import io.iommuledger.lifecycle.fact.UnmapFellShort;
import io.iommuledger.lifecycle.fact.Unmapped;
import io.iommuledger.lifecycle.fact.WithdrawalAbandoned;
import io.iommuledger.lifecycle.fact.WithdrawalBegan;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.mapping.MappingState;
import io.iommuledger.lifecycle.mapping.Source;
import io.iommuledger.lifecycle.operation.KeptRequest;
import io.iommuledger.lifecycle.operation.OperationEnded;
import io.iommuledger.lifecycle.operation.OperationEvent;
import io.iommuledger.lifecycle.operation.OperationPart;
import io.iommuledger.lifecycle.operation.OperationRequested;
import io.iommuledger.lifecycle.operation.Outcome;
import io.iommuledger.lifecycle.retention.HoldPlaced;
import io.iommuledger.lifecycle.retention.HoldReleased;
import io.iommuledger.lifecycle.retention.HorizonSet;
import io.iommuledger.lifecycle.retention.PayloadsRemoved;
import io.iommuledger.lifecycle.retention.RetentionEvent;
import io.iommuledger.lifecycle.retention.RuleRemoved;
import io.iommuledger.lifecycle.retention.RuleSet;
import io.iommuledger.protocol.EventCodec;
import io.iommuledger.protocol.MalformedRecord;
import io.iommuledger.query.mapping.ZombieChange;

/**
 * The one table of what each record is to other systems. What can let a device reach what it should not, or makes the record
 * itself doubtful, is higher than what was refused; that is higher than what goes as it should.
 */
final class Kinds {
    private static final Kind NOT_UNDERSTOOD = new Kind(Severity.MEDIUM, Evidence.UNKNOWN, Status.UNKNOWN);

    private static final Kind REMOVED = new Kind(Severity.INFORMATIONAL, Evidence.UNKNOWN, Status.UNKNOWN);

    /** That somebody asked is still known. */
    private static final Kind REMOVED_REQUEST = new Kind(Severity.INFORMATIONAL, Evidence.ASKED, Status.UNKNOWN);

    private Kinds() {}

    static Kind of(EventLog.Entry entry) {
        if (entry.removed().isPresent()) {
            return entry.kept().length > 0 ? REMOVED_REQUEST : REMOVED;
        }
        try {
            return switch (EventCodec.decode(entry.type(), entry.payload())) {
                case RecordedFact recorded -> of(recorded.fact());
                case OperationEvent event -> of(event);
                case EnrolmentEvent event -> of(event);
                case RetentionEvent event -> of(event);
                case ErasureEvent event -> of(event);
                case AccessEvent event -> of(event);
                case Record other -> throw new IllegalStateException("no kind of " + other.getClass());
            };
        } catch (MalformedRecord ofANewerVersion) {
            return NOT_UNDERSTOOD;
        }
    }

    static Kind of(Fact fact) {
        return switch (fact) {
            case Intent f -> new Kind(Severity.INFORMATIONAL, Evidence.ASKED, Status.UNKNOWN);
            case Answer f -> ofAnswer(f);
            case HostFact f -> ofHost(f);
        };
    }

    private static Kind ofAnswer(Answer answer) {
        return switch (answer) {
            case Refused f -> new Kind(Severity.MEDIUM, Evidence.OBSERVED, Status.FAILURE);
            case NotAsked f -> new Kind(Severity.LOW, Evidence.REPORTED, Status.FAILURE);
            case UnmapFellShort f -> new Kind(Severity.HIGH, Evidence.OBSERVED, Status.FAILURE);
            case ContextOpened _,
                    GroupAttached _,
                    DeviceOpened _,
                    Mapped _,
                    Unmapped _,
                    AccessChanged _,
                    RegionAllocated _,
                    RegionFreed _,
                    PowerChanged _,
                    ResetFinished _,
                    MemoryDecodingChanged _,
                    DeviceReleased _,
                    GroupDetached _,
                    ContextClosed _ -> observed(Severity.INFORMATIONAL);
        };
    }

    private static Kind ofHost(HostFact fact) {
        return switch (fact) {
            case EpochBegan f -> reported(underPolicies(f.policies()));
            case PoliciesChanged f -> reported(underPolicies(f.policies()));
            case EpochEnded f -> reported(Severity.LOW);
            case DeviceDiscovered f -> observed(Severity.INFORMATIONAL);
            case GroupFree f -> observed(Severity.INFORMATIONAL);
            case GroupBusy f -> observed(Severity.MEDIUM);
            case FramesRead f -> observed(Severity.INFORMATIONAL);
            case DmaFaulted f -> observed(Severity.HIGH);
            case FaultsMissed f -> reported(Severity.MEDIUM);
            case WithdrawalBegan f -> reported(Severity.LOW);
            case WithdrawalAbandoned f -> new Kind(Severity.HIGH, Evidence.REPORTED, Status.FAILURE);
            case FactsLost f -> reported(f.ofMappings() ? Severity.CRITICAL : Severity.HIGH);
            case JournalDamaged f ->
                reported(
                        switch (f.fate()) {
                            case CUT -> Severity.MEDIUM;
                            case QUARANTINED -> Severity.HIGH;
                        });
            case IntentResolved f ->
                switch (f.resolution()) {
                    case CONFIRMED -> new Kind(Severity.LOW, Evidence.INFERRED, Status.SUCCESS);
                    case ABSENT -> new Kind(Severity.LOW, Evidence.INFERRED, Status.FAILURE);
                    case UNKNOWN -> new Kind(Severity.HIGH, Evidence.UNKNOWN, Status.UNKNOWN);
                };
            case InstructionEnded f -> ended(f.outcome());
            case ListPart f -> reported(Severity.INFORMATIONAL);
        };
    }

    static Kind of(EnrolmentEvent event) {
        return switch (event) {
            case KeyEnrolled e -> decided(Severity.MEDIUM);
            case KeyWithdrawn e -> decided(Severity.MEDIUM);
            case MoveConfirmed e -> decided(Severity.MEDIUM);
            case AgentAdmitted e -> decided(Severity.LOW);
            case AlarmAcknowledged e -> decided(Severity.LOW);
            case AlarmRaised e ->
                new Kind(
                        switch (e.kind()) {
                            case KEY_NOT_ENROLLED, OTHER_MACHINE -> Severity.HIGH;
                            case CONTRADICTION, COPIED_AGENT, BAD_SIGNATURE -> Severity.CRITICAL;
                        },
                        Evidence.DECIDED,
                        Status.FAILURE);
        };
    }

    static Kind of(RetentionEvent event) {
        return switch (event) {
            case RuleSet e -> decided(Severity.MEDIUM);
            case RuleRemoved e -> decided(Severity.LOW);
            case HoldPlaced e -> decided(Severity.LOW);
            case HoldReleased e -> decided(Severity.MEDIUM);
            case PayloadsRemoved e -> decided(Severity.MEDIUM);
            case HorizonSet e -> decided(Severity.MEDIUM);
        };
    }

    /** That a name goes is what somebody who looks after the record wants to know. */
    static Kind of(ErasureEvent event) {
        return switch (event) {
            case ErasureRequested e -> new Kind(Severity.MEDIUM, Evidence.ASKED, Status.UNKNOWN);
            case ErasureApproved e -> decided(Severity.MEDIUM);
            case ErasureWithdrawn e -> decided(Severity.LOW);
            case ErasureDone e -> reported(Severity.MEDIUM);
        };
    }

    /** What came of a question is not recorded. */
    static Kind of(AccessEvent event) {
        return switch (event) {
            case AccessBegan e -> reported(Severity.LOW);
            case AccessRead e -> new Kind(Severity.INFORMATIONAL, Evidence.ASKED, Status.UNKNOWN);
            case AccessEnded e -> reported(Severity.LOW);
        };
    }

    static Kind of(OperationEvent event) {
        return switch (event) {
            case OperationRequested e -> new Kind(Severity.INFORMATIONAL, Evidence.ASKED, Status.UNKNOWN);
            case OperationPart e -> new Kind(Severity.INFORMATIONAL, Evidence.ASKED, Status.UNKNOWN);
            case OperationEnded e -> ended(e.outcome());
            case KeptRequest e -> new Kind(Severity.INFORMATIONAL, Evidence.ASKED, Status.UNKNOWN);
        };
    }

    /** A zombie follows from facts by the rules of the kernel's interface, or was observed: its source says which. */
    static Kind of(ZombieChange change) {
        Evidence evidence = switch (Source.valueOf(change.source())) {
            case OBSERVED -> Evidence.OBSERVED;
            case INFERRED -> Evidence.INFERRED;
            case UNKNOWN -> Evidence.UNKNOWN;
        };
        if (change.type().equals(ZombieChange.ENDED)) {
            // It may still expose: what closes an alert at a zombie's end must not close this one.
            return evidence == Evidence.UNKNOWN
                    ? new Kind(Severity.HIGH, evidence, Status.UNKNOWN)
                    : new Kind(Severity.LOW, evidence, Status.SUCCESS);
        }
        boolean safe = change.exposes().filter(exposes -> !exposes).isPresent();
        Severity severity = MappingState.valueOf(change.state()) == MappingState.ORPHANED
                ? Severity.CRITICAL
                : safe ? Severity.MEDIUM : Severity.HIGH;
        return new Kind(severity, evidence, Status.UNKNOWN);
    }

    private static Severity underPolicies(Policies policies) {
        return policies.weakerThanDefault() ? Severity.HIGH : Severity.LOW;
    }

    private static Kind ended(Outcome outcome) {
        return switch (outcome) {
            case SUCCEEDED -> reported(Severity.INFORMATIONAL);
            case REFUSED -> new Kind(Severity.MEDIUM, Evidence.REPORTED, Status.FAILURE);
            case UNKNOWN -> new Kind(Severity.MEDIUM, Evidence.UNKNOWN, Status.UNKNOWN);
        };
    }

    private static Kind observed(Severity severity) {
        return new Kind(severity, Evidence.OBSERVED, Status.SUCCESS);
    }

    private static Kind reported(Severity severity) {
        return new Kind(severity, Evidence.REPORTED, Status.SUCCESS);
    }

    private static Kind decided(Severity severity) {
        return new Kind(severity, Evidence.DECIDED, Status.SUCCESS);
    }
}

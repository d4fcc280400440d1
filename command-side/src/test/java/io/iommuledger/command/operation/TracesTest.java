package io.iommuledger.command.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.evidence.KernelEvidence;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.NotAsked;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.fact.Refused;
import io.iommuledger.lifecycle.fact.Stamp;
import io.iommuledger.lifecycle.fact.UnmapReason;
import io.iommuledger.lifecycle.fact.UnmapRequested;
import io.iommuledger.lifecycle.fact.Unmapped;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.operation.BackingRequest;
import io.iommuledger.lifecycle.operation.Figures;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.MapRange;
import io.iommuledger.lifecycle.operation.OperationEnded;
import io.iommuledger.lifecycle.operation.OperationRequested;
import io.iommuledger.lifecycle.operation.Outcome;
import io.iommuledger.lifecycle.operation.Refusal;
import io.iommuledger.lifecycle.principal.PrincipalRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What the facts tell of an operation whose agent was killed. */
class TracesTest {
    private static final UUID OPERATION = new UUID(1, 2);
    private static final ContextId CONTEXT = new ContextId(1, 1);
    private static final KernelEvidence ENOMEM = new KernelEvidence("VFIO_IOMMU_MAP_DMA", Errno.ENOMEM);
    private static final Instruction MAP = new Instruction.Map(CONTEXT, List.of(range(16), range(18)), false);
    private static final Instruction UNMAP = new Instruction.Unmap(CONTEXT, page(16));

    private final List<RecordedFact> facts = new ArrayList<>();

    private static IovaRange page(long number) {
        return IovaRange.ofSize(number << 12, 1 << 12);
    }

    private static MapRange range(long page) {
        return new MapRange(page(page), DmaAccess.READ, new BackingRequest.NewMemory(0));
    }

    private static MapRequested requested(long mapping, long page) {
        return new MapRequested(mapping, 1, page(page), DmaAccess.READ, new Backing.Memory(0));
    }

    private static UnmapRequested unmapping(long page, UnmapReason reason) {
        return new UnmapRequested(1, page(page), reason, OptionalLong.empty());
    }

    private OperationEnded end(Instruction instruction, Fact... stored) {
        for (Fact fact : stored) {
            facts.add(new RecordedFact(new Stamp(facts.size(), 0, 0, Optional.of(OPERATION)), fact));
        }
        OperationRequested request = new OperationRequested(
                OPERATION,
                new StreamId(new HostId("rack7"), 1),
                new PrincipalRef("somebody", Optional.empty()),
                instruction,
                0);
        return Traces.end(request, facts, 41, "a newer epoch of its agent began");
    }

    @Test
    void aListOfWhichAllIsMappedSucceeded() {
        OperationEnded end = end(MAP, requested(3, 16), requested(4, 18), new Mapped(0, 3), new Mapped(1, 4));
        assertThat(end.outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(end.figures()).isEqualTo(Figures.NONE.withMappings(3, 2));
        assertThat(end.position()).isEqualTo(41);
        assertThat(end.detail()).contains("the kernel's answers are stored");
    }

    @Test
    void aListOfWhichSomethingIsNotAnsweredIsUnknown() {
        OperationEnded end = end(MAP, requested(3, 16), requested(4, 18), new Mapped(0, 3));
        assertThat(end.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(end.detail())
                .isEqualTo("a newer epoch of its agent began, and the facts that are stored of it do not tell");
    }

    @Test
    void aListOfWhichNotAllWasAskedForIsUnknown() {
        assertThat(end(MAP, requested(3, 16), new Mapped(0, 3)).outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void aListThatWasRefusedIsRefusedWhenItIsTakenAwayAgain() {
        assertThat(end(MAP, requested(3, 16), requested(4, 18), new Mapped(0, 3), new Refused(1, ENOMEM))
                        .outcome())
                .as("the first one stands")
                .isEqualTo(Outcome.UNKNOWN);
        OperationEnded end = end(MAP, unmapping(16, UnmapReason.ROLLBACK), new Unmapped(4, 1, page(16), 4096));
        assertThat(end.outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(end.refusal()).contains(new Refusal.ByKernel(ENOMEM));
    }

    @Test
    void whatIsBehindARefusalWasNotAskedFor() {
        OperationEnded end = end(MAP, requested(3, 16), requested(4, 18), new Refused(0, ENOMEM), new NotAsked(1));
        assertThat(end.outcome()).isEqualTo(Outcome.REFUSED);
    }

    @Test
    void anUnmapIsWhatTheKernelAnswered() {
        OperationEnded end = end(UNMAP, unmapping(16, UnmapReason.OWNER), new Unmapped(0, 1, page(16), 4096));
        assertThat(end.outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(end.figures().unmappedBytes()).hasValue(4096);
    }

    @Test
    void ofWhatNothingIsStoredNothingIsKnown() {
        OperationEnded end = end(UNMAP);
        assertThat(end.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(end.detail()).isEqualTo("a newer epoch of its agent began, and no fact of what it did is stored");
    }
}

package io.iommuledger.command.operation;

import io.iommuledger.lifecycle.fact.Answer;
import io.iommuledger.lifecycle.fact.ContextOpened;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.Intent;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.PoliciesChanged;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.fact.Refused;
import io.iommuledger.lifecycle.fact.RegionAllocated;
import io.iommuledger.lifecycle.fact.RegionFreed;
import io.iommuledger.lifecycle.fact.UnmapRequested;
import io.iommuledger.lifecycle.fact.Unmapped;
import io.iommuledger.lifecycle.operation.Figures;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.OperationEnded;
import io.iommuledger.lifecycle.operation.OperationRequested;
import io.iommuledger.lifecycle.operation.Outcome;
import io.iommuledger.lifecycle.operation.Refusal;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * How an operation ended of which its agent did not live to say so, by the facts that it left. Of instructions that are one
 * call, or one list of calls, the kernel's answers are the outcome; what others would have done next, nobody knows.
 */
final class Traces {
    private static final String BY_ANSWERS =
            "its agent ended before it said so; the kernel's answers are stored and tell";

    private final OperationRequested request;
    private final List<RecordedFact> facts;
    private final long position;

    private Traces(OperationRequested request, List<RecordedFact> facts, long position) {
        this.request = request;
        this.facts = facts;
        this.position = position;
    }

    /**
     * The end of an operation that no agent will end.
     *
     * @param facts    all that are stored of it, in order
     * @param position of the last of them, or of what shows that there will be no more
     * @param why      there will not
     */
    static OperationEnded end(OperationRequested request, List<RecordedFact> facts, long position, String why) {
        Traces traces = new Traces(request, facts, position);
        Optional<OperationEnded> told = traces.everythingIsAnswered() ? traces.told() : Optional.empty();
        return told.orElseGet(() -> new OperationEnded(
                request.operation(),
                Outcome.UNKNOWN,
                Optional.empty(),
                Figures.NONE,
                position,
                why
                        + (facts.isEmpty()
                                ? ", and no fact of what it did is stored"
                                : ", and the facts that are stored of it do not tell")));
    }

    private boolean everythingIsAnswered() {
        return of(Intent.class).size() == of(Answer.class).size();
    }

    private Optional<OperationEnded> told() {
        return switch (request.instruction()) {
            case Instruction.OpenContext open ->
                only(ContextOpened.class, opened -> Figures.NONE.withContext(opened.context()));
            case Instruction.Map map -> mapped(map);
            case Instruction.Unmap unmap ->
                only(Unmapped.class, unmapped -> Figures.NONE.withUnmappedBytes(unmapped.unmappedBytes()));
            case Instruction.AllocateRegion region -> only(RegionAllocated.class, allocated -> Figures.NONE);
            case Instruction.FreeRegion region -> only(RegionFreed.class, freed -> Figures.NONE);
            case Instruction.SetPolicies set ->
                of(PoliciesChanged.class).isEmpty() ? Optional.empty() : Optional.of(succeeded(Figures.NONE));
            case Instruction.AttachDevice attach -> Optional.empty();
            case Instruction.ReleaseDevice release -> Optional.empty();
            case Instruction.ChangeAccess change -> Optional.empty();
            case Instruction.Restore restore -> Optional.empty();
            case Instruction.Reset reset -> Optional.empty();
            case Instruction.SetMemoryDecoding set -> Optional.empty();
            case Instruction.SetPower set -> Optional.empty();
            case Instruction.CloseContext close -> Optional.empty();
        };
    }

    /** Of an instruction that is one call. */
    private <T extends Answer> Optional<OperationEnded> only(Class<T> success, Function<T, Figures> figures) {
        Optional<OperationEnded> done =
                of(success).stream().findFirst().map(answer -> succeeded(figures.apply(answer)));
        return done.isPresent() ? done : of(Refused.class).stream().findFirst().map(this::refused);
    }

    /** All or none: what was mapped before a refusal was unmapped again, or the outcome is not known. */
    private Optional<OperationEnded> mapped(Instruction.Map map) {
        List<MapRequested> asked = of(MapRequested.class);
        List<Mapped> mapped = of(Mapped.class);
        long wanted =
                map.ranges().stream().mapToLong(range -> range.iova().size()).sum();
        long size = asked.stream().mapToLong(range -> range.iova().size()).sum();
        if (size != wanted) {
            return Optional.empty();
        }
        if (mapped.size() == asked.size() && of(UnmapRequested.class).isEmpty()) {
            return Optional.of(
                    succeeded(Figures.NONE.withMappings(mapped.getFirst().mapping(), mapped.size())));
        }
        return of(Unmapped.class).size() == mapped.size()
                ? of(Refused.class).stream().findFirst().map(this::refused)
                : Optional.empty();
    }

    private OperationEnded succeeded(Figures figures) {
        return new OperationEnded(
                request.operation(), Outcome.SUCCEEDED, Optional.empty(), figures, position, BY_ANSWERS);
    }

    private OperationEnded refused(Refused refused) {
        return new OperationEnded(
                request.operation(),
                Outcome.REFUSED,
                Optional.of(new Refusal.ByKernel(refused.evidence())),
                Figures.NONE,
                position,
                BY_ANSWERS);
    }

    private <T extends Fact> List<T> of(Class<T> type) {
        return facts.stream()
                .map(RecordedFact::fact)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }
}

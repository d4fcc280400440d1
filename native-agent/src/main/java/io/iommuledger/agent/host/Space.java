package io.iommuledger.agent.host;

import io.iommuledger.agent.journal.Journal;
import io.iommuledger.lifecycle.device.Device;
import io.iommuledger.lifecycle.fact.HostFact;
import io.iommuledger.lifecycle.fact.InstructionEnded;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.operation.AgentReason;
import io.iommuledger.lifecycle.operation.BackingRequest;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.MapRange;
import java.nio.charset.StandardCharsets;

/**
 * Sees to it that whatever is begun can be recorded to its end. What makes more stand needs space beside the journal's
 * reserve; the reserve is for what takes away, and for what a reset has to put back. Nothing else uses it up: enough is left
 * to take away all that stands, one by one, and however often there are resets, to give back every device and context.
 */
final class Space {
    /** Any instruction's own facts, its end and the answers' short lists. */
    private static final long INSTRUCTION_BYTES = 16 << 10;

    /** One fact of a mapping without its names: header, stamp and a few numbers. */
    private static final long FACT_BYTES = 256;

    /** Three numbers with their heads. */
    private static final long RUN_BYTES = 36;

    /** What a context's IOMMU can map lies in far fewer ranges. */
    private static final long RANGES_BYTES = 64 << 10;

    /** Of a device that is taken away or reset: a few facts, and its place in their lists. */
    private static final long DEVICE_BYTES = 5 * FACT_BYTES;

    private final Journal journal;
    private final boolean frames;

    /** What an instruction is to what stands. */
    private enum Effect {
        ADDS,
        DOES_NOTHING,
        /** Takes some of it away, or puts it back. */
        CHANGES,
        GIVES_BACK
    }

    /** @param frames whether where mapped memory is in physical memory is recorded */
    Space(Journal journal, boolean frames) {
        this.journal = journal;
        this.frames = frames;
    }

    /** @throws AgentRefused if there is not enough space; nothing is recorded then */
    void require(Instruction instruction, HostState books) throws AgentRefused {
        long bytes = bytes(instruction, books) + locating(instruction);
        switch (effect(instruction, books)) {
            case ADDS -> {
                // What is taken away again because the kernel refuses a part may use the reserve.
                requireBesideReserve(bytes - undoing(instruction));
                requireWithReserve(bytes, takingAway(books));
            }
            case DOES_NOTHING -> requireWithReserve(bytes, takingAway(books));
            case CHANGES -> requireWithReserve(bytes, givingBack(books));
            case GIVES_BACK -> requireWithReserve(bytes, 0);
        }
    }

    private void requireBesideReserve(long bytes) throws AgentRefused {
        if (!journal.hasRoom(bytes)) {
            throw full(bytes + " bytes beside its reserve");
        }
    }

    private void requireWithReserve(long bytes, long afterwards) throws AgentRefused {
        if (!journal.hasRoomWithReserve(bytes + afterwards)) {
            throw full(bytes + " bytes with its reserve"
                    + (afterwards == 0 ? "" : ", and " + afterwards + " to take away what stands"));
        }
    }

    private static AgentRefused full(String needed) {
        return new AgentRefused(
                AgentReason.JOURNAL_FULL,
                "the agent's journal has no space to record this (" + needed
                        + "); free space on the disk of its state directory, or let the store take its facts");
    }

    /** At least as many as the records of the instruction can become. */
    static long bytes(Instruction instruction, HostState books) {
        return INSTRUCTION_BYTES + needed(instruction, books) + undoing(instruction);
    }

    /** Whether a fact that takes nothing away has room, which is beside the reserve. */
    boolean hasRoomFor(HostFact fact) {
        return journal.hasRoom(RecordBytes.of(fact));
    }

    /** Whether the end of an instruction that did nothing has room, and enough is left to take away all that stands. */
    boolean hasRoomFor(InstructionEnded end, HostState books) {
        return journal.hasRoomWithReserve(RecordBytes.of(end) + takingAway(books));
    }

    /**
     * Whether where memory is has room, besides what is still to be recorded of a request.
     *
     * @param mappings of the request of which it is not known yet where they are
     */
    boolean hasRoomForRuns(int runs, int mappings) {
        return journal.hasRoom(INSTRUCTION_BYTES + runs * RUN_BYTES + (mappings + 1) * FACT_BYTES);
    }

    private static Effect effect(Instruction instruction, HostState books) {
        return switch (instruction) {
            case Instruction.OpenContext open -> Effect.ADDS;
            case Instruction.AttachDevice attach -> Effect.ADDS;
            case Instruction.Map map -> Effect.ADDS;
            case Instruction.AllocateRegion region -> Effect.ADDS;
            case Instruction.ChangeAccess change -> change.access().isPresent() ? Effect.ADDS : Effect.CHANGES;
            case Instruction.Unmap unmap ->
                books.mappings(unmap.context(), unmap.iova()).isEmpty() ? Effect.DOES_NOTHING : Effect.CHANGES;
            case Instruction.ReleaseDevice release -> Effect.GIVES_BACK;
            case Instruction.FreeRegion free -> Effect.CHANGES;
            case Instruction.CloseContext close -> Effect.GIVES_BACK;
            case Instruction.Restore restore -> Effect.CHANGES;
            case Instruction.Reset reset -> Effect.CHANGES;
            case Instruction.SetMemoryDecoding set -> Effect.CHANGES;
            case Instruction.SetPower set -> Effect.CHANGES;
            case Instruction.SetPolicies set -> Effect.CHANGES;
        };
    }

    private static long needed(Instruction instruction, HostState books) {
        return switch (instruction) {
            case Instruction.Map map ->
                map.ranges().stream().mapToLong(Space::installing).sum();
            case Instruction.AttachDevice attach -> RANGES_BYTES;
            case Instruction.ReleaseDevice release ->
                books.mappingsOf(release.device()).size() * RecordBytes.REMOVING + DEVICE_BYTES;
            case Instruction.CloseContext close -> givingBack(books);
            case Instruction.Reset reset -> withdrawing(books);
            case Instruction.SetMemoryDecoding set -> withdrawing(books);
            case Instruction.SetPower set -> withdrawing(books);
            default -> 0;
        };
    }

    private static long installing(MapRange range) {
        return RecordBytes.INSTALLING
                + switch (range.backing()) {
                    case BackingRequest.OfFile file -> bytes(file.path());
                    case BackingRequest.OfRegion part -> bytes(part.region());
                    case BackingRequest.NewMemory memory -> 0;
                    case BackingRequest.OfBar bar -> 0;
                };
    }

    private static long bytes(String name) {
        return name.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Of a list, all but the range that is refused. */
    private static long undoing(Instruction instruction) {
        return instruction instanceof Instruction.Map map ? map.ranges().size() * RecordBytes.REMOVING : 0;
    }

    /** A fact for each mapping of memory that says where it is, without what has room only if it has. */
    private long locating(Instruction instruction) {
        return !frames || !(instruction instanceof Instruction.Map map)
                ? 0
                : map.ranges().stream()
                                .filter(range -> !(range.backing() instanceof BackingRequest.OfBar))
                                .count()
                        * FACT_BYTES;
    }

    /** Every mapping unmapped by an instruction of its own, and every device and context given back. */
    private static long takingAway(HostState books) {
        return books.mappingCount() * (RecordBytes.REMOVING + RecordBytes.ENDING) + givingBack(books);
    }

    /** Every mapping of a BAR dropped one by one, and every device and context given back. */
    private static long givingBack(HostState books) {
        return INSTRUCTION_BYTES
                + ofBars(books) * RecordBytes.REMOVING
                + (books.devices().size() + books.contexts().size()) * DEVICE_BYTES;
    }

    /** Every mapping of a BAR taken away and put back. */
    private static long withdrawing(HostState books) {
        return ofBars(books) * (RecordBytes.REMOVING + RecordBytes.RESTORING)
                + books.devices().size() * DEVICE_BYTES;
    }

    private static long ofBars(HostState books) {
        long mappings = 0;
        for (Device device : books.devices()) {
            mappings += books.mappingsOf(device.address()).size();
        }
        return mappings;
    }
}

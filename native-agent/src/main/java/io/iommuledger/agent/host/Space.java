package io.iommuledger.agent.host;

import io.iommuledger.agent.journal.Journal;
import io.iommuledger.lifecycle.device.Device;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.operation.AgentReason;
import io.iommuledger.lifecycle.operation.BackingRequest;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.MapRange;

/**
 * Sees to it that whatever is begun can be recorded to its end. What makes more stand needs space beside the journal's
 * reserve; the reserve is for what takes away, and for what a reset has to put back.
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

    /** Two to install it, two to take it away again; one more tells where memory is. */
    private static final int FACTS_OF_A_MAPPING = 4;

    private final Journal journal;

    Space(Journal journal) {
        this.journal = journal;
    }

    /** @throws AgentRefused if there is not enough space; nothing is recorded then */
    void require(Instruction instruction, HostState books) throws AgentRefused {
        long bytes = bytes(instruction, books);
        boolean room = adds(instruction) ? journal.hasRoom(bytes) : journal.hasRoomWithReserve(bytes);
        if (!room) {
            throw new AgentRefused(
                    AgentReason.JOURNAL_FULL,
                    "the agent's journal has no space to record this (" + bytes + " bytes "
                            + (adds(instruction) ? "beside its reserve" : "with its reserve")
                            + "); free space on the disk of its state directory, or let the store take its facts");
        }
    }

    /** At least as many as the records of the instruction can become. */
    static long bytes(Instruction instruction, HostState books) {
        return INSTRUCTION_BYTES + needed(instruction, books);
    }

    /** Whether facts that no instruction caused have room. */
    boolean hasRoomFor(int facts) {
        return journal.hasRoom(INSTRUCTION_BYTES + facts * FACT_BYTES);
    }

    /**
     * Whether where memory is has room, besides what is still to be recorded of a request.
     *
     * @param mappings of the request of which it is not known yet where they are
     */
    boolean hasRoomForRuns(int runs, int mappings) {
        return journal.hasRoom(INSTRUCTION_BYTES + runs * RUN_BYTES + (mappings + 1) * FACT_BYTES);
    }

    private static boolean adds(Instruction instruction) {
        return switch (instruction) {
            case Instruction.OpenContext open -> true;
            case Instruction.AttachDevice attach -> true;
            case Instruction.Map map -> true;
            case Instruction.AllocateRegion region -> true;
            case Instruction.ChangeAccess change -> change.access().isPresent();
            case Instruction.Unmap unmap -> false;
            case Instruction.ReleaseDevice release -> false;
            case Instruction.FreeRegion free -> false;
            case Instruction.CloseContext close -> false;
            case Instruction.Restore restore -> false;
            case Instruction.Reset reset -> false;
            case Instruction.SetMemoryDecoding set -> false;
            case Instruction.SetPower set -> false;
            case Instruction.SetPolicies set -> false;
        };
    }

    private static long needed(Instruction instruction, HostState books) {
        return switch (instruction) {
            case Instruction.Map map ->
                map.ranges().stream().mapToLong(Space::needed).sum();
            case Instruction.AttachDevice attach -> RANGES_BYTES;
            case Instruction.ReleaseDevice release -> withdrawals(books);
            case Instruction.CloseContext close -> withdrawals(books);
            case Instruction.Reset reset -> withdrawals(books);
            case Instruction.SetMemoryDecoding set -> withdrawals(books);
            case Instruction.SetPower set -> withdrawals(books);
            default -> 0;
        };
    }

    private static long needed(MapRange range) {
        return FACTS_OF_A_MAPPING * FACT_BYTES
                + switch (range.backing()) {
                    case BackingRequest.OfFile file -> 4L * file.path().length() + FACT_BYTES;
                    case BackingRequest.OfRegion part -> 4L * part.region().length() + FACT_BYTES;
                    case BackingRequest.NewMemory memory -> FACT_BYTES;
                    case BackingRequest.OfBar bar -> 0;
                };
    }

    /** Every mapping of a BAR taken away and put back; a message that names them all; a few facts for each device. */
    private static long withdrawals(HostState books) {
        long mappings = 0;
        for (Device device : books.devices()) {
            mappings += books.mappingsOf(device.address()).size();
        }
        return (mappings + books.devices().size()) * (FACTS_OF_A_MAPPING + 1) * FACT_BYTES;
    }
}

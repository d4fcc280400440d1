package io.iommuledger.agent.host;

import io.iommuledger.agent.journal.Journal;
import io.iommuledger.lifecycle.device.Device;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.operation.AgentReason;
import io.iommuledger.lifecycle.operation.BackingRequest;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.MapRange;
import java.nio.charset.StandardCharsets;

/**
 * Sees to it that whatever is begun can be recorded to its end. What makes more stand needs space beside the journal's
 * reserve; the reserve is for what takes away, and for what a reset has to put back. Whatever is done, enough is left to take
 * away all that stands.
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
        CHANGES,
        TAKES_AWAY
    }

    /** @param frames whether where mapped memory is in physical memory is recorded */
    Space(Journal journal, boolean frames) {
        this.journal = journal;
        this.frames = frames;
    }

    /** @throws AgentRefused if there is not enough space; nothing is recorded then */
    void require(Instruction instruction, HostState books) throws AgentRefused {
        long bytes = bytes(instruction, books) + locating(instruction);
        switch (effect(instruction)) {
            case ADDS -> {
                // What is taken away again because the kernel refuses a part may use the reserve.
                requireBesideReserve(bytes - undoing(instruction));
                requireWithReserve(bytes + takingAway(books));
            }
            case CHANGES -> requireWithReserve(bytes + takingAway(books));
            case TAKES_AWAY -> requireWithReserve(bytes);
        }
    }

    private void requireBesideReserve(long bytes) throws AgentRefused {
        if (!journal.hasRoom(bytes)) {
            throw full(bytes, "beside its reserve");
        }
    }

    private void requireWithReserve(long bytes) throws AgentRefused {
        if (!journal.hasRoomWithReserve(bytes)) {
            throw full(bytes, "with its reserve");
        }
    }

    private static AgentRefused full(long bytes, String where) {
        return new AgentRefused(
                AgentReason.JOURNAL_FULL,
                "the agent's journal has no space to record this (" + bytes + " bytes " + where
                        + "); free space on the disk of its state directory, or let the store take its facts");
    }

    /** At least as many as the records of the instruction can become. */
    static long bytes(Instruction instruction, HostState books) {
        return INSTRUCTION_BYTES + needed(instruction, books) + undoing(instruction);
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

    private static Effect effect(Instruction instruction) {
        return switch (instruction) {
            case Instruction.OpenContext open -> Effect.ADDS;
            case Instruction.AttachDevice attach -> Effect.ADDS;
            case Instruction.Map map -> Effect.ADDS;
            case Instruction.AllocateRegion region -> Effect.ADDS;
            case Instruction.ChangeAccess change -> change.access().isPresent() ? Effect.ADDS : Effect.TAKES_AWAY;
            case Instruction.Unmap unmap -> Effect.TAKES_AWAY;
            case Instruction.ReleaseDevice release -> Effect.TAKES_AWAY;
            case Instruction.FreeRegion free -> Effect.TAKES_AWAY;
            case Instruction.CloseContext close -> Effect.TAKES_AWAY;
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
            case Instruction.CloseContext close -> takingAway(books);
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

    /** Every mapping of a BAR dropped one by one, and every device and context given back. */
    private static long takingAway(HostState books) {
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

package io.iommuledger.query.replay;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * How much the replays of this process may hold between them: a part of its memory, in mappings, of which each fold that is
 * kept has its own.
 */
final class Room {
    private static final int PART_OF_HEAP = 4;
    private static final int BYTES_A_MAPPING = 256;

    private final long most;
    private final Map<UUID, Long> held = new HashMap<>();

    /** @param most mappings */
    Room(long most) {
        this.most = most;
    }

    static Room ofThisProcess() {
        return new Room(Runtime.getRuntime().maxMemory() / PART_OF_HEAP / BYTES_A_MAPPING);
    }

    /** Mappings that one of so many replays may keep to go back from. */
    int mostKept(int replays) {
        return Math.toIntExact(Math.min(Integer.MAX_VALUE, most / (2L * replays)));
    }

    /**
     * @throws io.iommuledger.web.Problem if that is more than there is room for; it holds what it held before, then: those
     *                                    that fit go on
     */
    synchronized void hold(UUID replay, long mappings) {
        long others = all() - held.getOrDefault(replay, 0L);
        if (others + mappings > most) {
            throw Replays.tooMany(
                    "the replays of this process hold " + others + " mappings, this one needs " + mappings
                            + ", and its memory has room for " + most,
                    "end one of them, or play a smaller scope; GET /api/v1/replays lists them");
        }
        held.put(replay, mappings);
    }

    synchronized void leave(UUID replay) {
        held.remove(replay);
    }

    private long all() {
        return held.values().stream().mapToLong(Long::longValue).sum();
    }
}

package io.iommuledger.lifecycle.replay;

import java.util.Map;
import java.util.TreeMap;

/**
 * Folds kept on the way, to go back from. When there are too many, or too much stands in them, every second one goes and
 * the next ones are taken twice as far apart; the first one stays.
 */
final class Checkpoints {
    private static final int MOST = 64;
    private static final int FIRST_SPACING = 500;

    private final TreeMap<Long, World> kept = new TreeMap<>();
    private final int mostMappings;
    private int spacing = FIRST_SPACING;
    private int since;

    record Checkpoint(long position, World world) {}

    /** @param mostMappings in all of them */
    Checkpoints(long position, World first, int mostMappings) {
        this.mostMappings = mostMappings;
        kept.put(position, first);
    }

    /** The newest one before a position; the first one if none is. */
    Checkpoint before(long position) {
        Map.Entry<Long, World> entry = kept.lowerEntry(position);
        Map.Entry<Long, World> found = entry == null ? kept.firstEntry() : entry;
        return new Checkpoint(found.getKey(), found.getValue());
    }

    /** The fold is back at one of them. */
    void stands(long position) {
        since = kept.containsKey(position) ? 0 : since;
    }

    /** Another record was folded. */
    void passed(long position, World world) {
        if (++since < spacing) {
            return;
        }
        since = 0;
        if (position > kept.lastKey() && world.size() <= mostMappings) {
            kept.put(position, world.copy());
            while (kept.size() > MOST || (kept.size() > 2 && mappings() > mostMappings)) {
                thin();
            }
        }
    }

    int mappings() {
        return kept.values().stream().mapToInt(World::size).sum();
    }

    private void thin() {
        spacing = 2 * spacing;
        int[] index = {0};
        kept.values().removeIf(world -> index[0]++ % 2 == 1);
    }
}

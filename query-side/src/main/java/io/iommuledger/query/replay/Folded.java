package io.iommuledger.query.replay;

import io.iommuledger.lifecycle.replay.World;

/**
 * How everything in a scope stood at a position.
 *
 * @param leave gives back the room that it takes
 */
public record Folded(World world, Runnable leave) implements AutoCloseable {
    @Override
    public void close() {
        leave.run();
    }
}

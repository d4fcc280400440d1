package io.iommuledger.agent.simulated;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Pages of one {@code mmap}; only those that were tagged take room. */
final class AnonymousMemory implements Backing {

    private final Map<Long, String> tags = new HashMap<>();

    @Override
    public boolean answers() {
        return true;
    }

    @Override
    public boolean spans(long offset, long size) {
        return true;
    }

    @Override
    public boolean lockable() {
        return true;
    }

    @Override
    public Optional<String> tagAt(long offset) {
        return Optional.ofNullable(tags.get(offset / SimulatedMemory.PAGE));
    }

    @Override
    public void tag(long offset, String tag) {
        tags.put(offset / SimulatedMemory.PAGE, tag);
    }
}

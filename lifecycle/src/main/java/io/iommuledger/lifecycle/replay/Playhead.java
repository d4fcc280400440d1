package io.iommuledger.lifecycle.replay;

import io.iommuledger.lifecycle.host.Logged;
import io.iommuledger.lifecycle.host.Policies;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Moves through a part of the log, record by record, there and back. Going back folds again from the checkpoint before; a
 * fold is never undone. For one thread.
 */
public final class Playhead {
    private final History history;
    private final long from;
    private final long to;
    private final Checkpoints checkpoints;
    private final Deque<Logged> next = new ArrayDeque<>();
    private World world;
    private long position;
    private long reached;
    private Optional<Taken> last = Optional.empty();

    private Playhead(History history, World world, long from, long to, int mostKept) {
        this.history = history;
        this.world = world;
        this.from = from;
        this.to = to;
        this.position = from;
        this.reached = from;
        this.checkpoints = new Checkpoints(from, world.copy(), mostKept);
    }

    /**
     * Folds everything up to a position and stands there.
     *
     * @param world    before the first record of the history
     * @param instead  policies that are supposed to be in force from there on
     * @param mostKept mappings in all the folds that it keeps to go back from
     */
    public static Playhead at(
            History history, World world, Optional<Policies> instead, long from, long to, int mostKept) {
        long reached = history.begins();
        while (reached < from) {
            History.Part part = history.after(reached, from);
            part.records().forEach(world::take);
            reached = part.reached();
        }
        instead.ifPresent(world::suppose);
        return new Playhead(history, world, from, to, mostKept);
    }

    /** Another one, which stands at or before a position and goes its own way, also on another thread. */
    public Playhead fork(long before) {
        Checkpoints.Checkpoint begin = checkpoints.before(before);
        return new Playhead(history, begin.world().copy(), begin.position(), to, 0);
    }

    /** Mappings that it holds, those of each fold that it keeps counted for themselves. */
    public long size() {
        return (long) world.size() + checkpoints.mappings();
    }

    public World world() {
        return world;
    }

    /** Of the newest record folded, or where it began if that one is earlier. */
    public long position() {
        return position;
    }

    /** The record there; empty where it began. */
    public Optional<Taken> last() {
        return last;
    }

    /** The record that {@link #forward} would fold; empty at the end. */
    public Optional<Logged> peek() {
        while (next.isEmpty() && reached < to) {
            History.Part part = history.after(reached, to);
            for (Logged logged : part.records()) {
                if (world.scope().includes(logged.stream().host())) {
                    next.add(logged);
                }
            }
            reached = part.reached();
        }
        return Optional.ofNullable(next.peek());
    }

    /** Folds the next record; empty at the end. */
    public Optional<Taken> forward() {
        Optional<Logged> logged = peek();
        if (logged.isEmpty()) {
            return Optional.empty();
        }
        next.remove();
        last = world.take(logged.get());
        position = logged.get().position();
        checkpoints.passed(position, world);
        return last;
    }

    /** Goes to the newest record at or before a position, or to where it began. */
    public void seek(long target) {
        if (target < position || checkpoints.before(target).position() > position) {
            restore(checkpoints.before(target));
        }
        goOn(target);
        if (last.isEmpty() && position > from) {
            // It stands where a checkpoint does, and what was told there is seen only by folding it.
            restore(checkpoints.before(position));
            goOn(target);
        }
    }

    private void goOn(long target) {
        Optional<Logged> upcoming = peek();
        while (upcoming.isPresent() && upcoming.get().position() <= target) {
            forward();
            upcoming = peek();
        }
    }

    /** Goes to the record before; stays where it began. */
    public void back() {
        if (position > from) {
            seek(position - 1);
        }
    }

    /** Goes on to the next record with which a reset episode begins or ends, or to the end. */
    public void toNextEpisode() {
        Optional<Taken> taken = forward();
        while (taken.isPresent() && !taken.get().ofEpisode()) {
            taken = forward();
        }
    }

    /** Goes back to the one before, or to where it began. */
    public void toPreviousEpisode() {
        long upTo = position - 1;
        while (upTo > from) {
            Checkpoints.Checkpoint begin = checkpoints.before(upTo);
            restore(begin);
            long found = -1;
            Optional<Logged> upcoming = peek();
            while (upcoming.isPresent() && upcoming.get().position() <= upTo) {
                if (forward().filter(Taken::ofEpisode).isPresent()) {
                    found = position;
                }
                upcoming = peek();
            }
            if (found >= 0) {
                seek(found);
                return;
            }
            upTo = begin.position();
        }
        seek(from);
    }

    private void restore(Checkpoints.Checkpoint checkpoint) {
        world = checkpoint.world().copy();
        position = checkpoint.position();
        reached = position;
        next.clear();
        last = Optional.empty();
        checkpoints.stands(position);
    }
}

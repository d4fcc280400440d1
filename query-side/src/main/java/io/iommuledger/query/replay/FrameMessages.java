package io.iommuledger.query.replay;

import io.iommuledger.lifecycle.replay.Playhead;
import io.iommuledger.web.stream.Backlog;
import io.iommuledger.web.stream.Message;
import io.iommuledger.web.stream.Messages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Frames for one client: first those that it missed, folded again, and then those that come. */
final class FrameMessages implements Messages {
    private static final long MOST_CHARACTERS = 8 << 20;
    private static final int AT_ONCE = 50;

    private final Backlog<Message> backlog = new Backlog<>(MOST_CHARACTERS);
    private final Function<Playhead, Message> frames;
    private Optional<Playhead> missed;
    private final long missedUpTo;
    private final long had;
    private boolean began;
    private String place;

    /**
     * @param had     position of the last one that it has had, or at which it begins
     * @param missed  a playhead at or before that position; empty if it missed none
     * @param upTo    position of the last one that it missed
     * @param frames  the frame at which a playhead stands
     */
    FrameMessages(long had, Optional<Playhead> missed, long upTo, Function<Playhead, Message> frames) {
        this.place = Long.toString(had);
        this.missed = missed;
        this.missedUpTo = upTo;
        this.frames = frames;
        this.had = had;
    }

    boolean offer(Message message) {
        return backlog.offer(message, message.data().length());
    }

    void end() {
        backlog.end();
    }

    @Override
    public List<Message> next(Duration atMost) throws InterruptedException {
        List<Message> next = new ArrayList<>();
        if (missed.isPresent()) {
            Playhead playhead = missed.get();
            if (!began) {
                // Here and not before: it may take a while, and this is the client's own thread.
                playhead.seek(had);
                began = true;
            }
            while (next.size() < AT_ONCE
                    && playhead.position() < missedUpTo
                    && playhead.forward().isPresent()) {
                next.add(frames.apply(playhead));
            }
            if (playhead.position() >= missedUpTo || next.size() < AT_ONCE) {
                missed = Optional.empty();
            }
        } else {
            next.addAll(backlog.take(atMost));
        }
        if (!next.isEmpty()) {
            place = next.getLast().id();
        }
        return next;
    }

    @Override
    public boolean ended() {
        return missed.isEmpty() && backlog.ended();
    }

    @Override
    public String place() {
        return place;
    }
}

package io.iommuledger.query.live;

import io.iommuledger.query.projection.Parked;
import io.iommuledger.web.stream.Message;
import io.iommuledger.web.stream.Messages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client's way from a place in the log into the present. In the past it reads the log itself, no faster than it takes
 * what is there; near the end it joins the others, and reads by itself only up to where its {@link Tail} gives it the rest.
 * If more comes there than it takes, it leaves them and reads by itself again. So it does while it is held back: before an
 * event that the rows lack, for what they will have of it could not be told to who is past it.
 */
final class Following<T> implements Messages, AutoCloseable {
    /** So near that what comes until it has read as far waits in its backlog meanwhile. */
    private static final long NEAR = 1_000;

    /** Until it looks again whether it is still held back. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Feed<T> feed;
    private final Tail<T> tail;
    private final StateHead head;
    private long read;
    private int had;
    private Tail.@Nullable Follower<T> follower;
    private Optional<Parked> held = Optional.empty();
    private List<Message> first;

    /** @param first what it says before anything else */
    Following(Feed<T> feed, Tail<T> tail, StateHead head, Place from, List<Message> first) {
        this.first = first;
        this.feed = feed;
        this.tail = tail;
        this.head = head;
        this.read = from.after();
        this.had = from.had();
    }

    @Override
    public List<Message> next(Duration atMost) throws InterruptedException {
        if (!first.isEmpty()) {
            List<Message> said = first;
            first = List.of();
            return said;
        }
        if (held.isPresent()) {
            TimeUnit.NANOSECONDS.sleep(Math.min(LOOK.toNanos(), atMost.toNanos()));
            return past(head.position());
        }
        Tail.Follower<T> joined = follower;
        if (joined == null) {
            long newest = head.position();
            if (newest - read > NEAR) {
                return past(newest);
            }
            joined = tail.follow();
            follower = joined;
        }
        if (read < joined.from()) {
            return past(joined.from());
        }
        List<Message> messages = new ArrayList<>();
        for (Feed.Part<T> part : joined.backlog().take(atMost)) {
            if (hidesWhatIsParked(part)) {
                leave();
                return messages;
            }
            messages.addAll(told(part));
            if (held.isPresent()) {
                return messages;
            }
        }
        if (joined.backlog().ended()) {
            follower = null;
        }
        return messages;
    }

    @Override
    public boolean ended() {
        return !tail.isRunning();
    }

    @Override
    public String place() {
        return new Place(read, had).text();
    }

    @Override
    public Optional<String> waiting() {
        return held.map(parked -> "held back before position " + parked.position()
                + parked.host().map(host -> " of host " + host).orElse("")
                + ", which is parked: see GET /api/v1/dead-letters");
    }

    @Override
    public void close() {
        leave();
    }

    private void leave() {
        Tail.Follower<T> joined = follower;
        if (joined != null) {
            tail.leave(joined);
            follower = null;
        }
    }

    /** A part tells only of the first that is parked, and who begins behind that one has to look for itself what else is. */
    private boolean hidesWhatIsParked(Feed.Part<T> part) {
        return part.upTo() > read
                && part.parked().stream().anyMatch(parked -> parked.position() <= read && feed.waitsFor(parked));
    }

    private List<Message> past(long upTo) throws InterruptedException {
        return told(feed.between(read, upTo));
    }

    private List<Message> told(Feed.Part<T> part) throws InterruptedException {
        Optional<Parked> first = part.parked().stream()
                .filter(parked -> parked.position() > read && feed.waitsFor(parked))
                .findFirst();
        long upTo =
                Math.min(part.upTo(), first.map(parked -> parked.position() - 1).orElse(Long.MAX_VALUE));
        List<Message> messages = new ArrayList<>();
        for (T element : part.elements()) {
            long position = feed.position(element);
            if (position > read && position <= upTo) {
                List<Message> all = feed.messages(element);
                int skipped = position == read + 1 ? Math.min(had, all.size()) : 0;
                messages.addAll(all.subList(skipped, all.size()));
                read = position;
                had = 0;
            }
        }
        if (upTo > read) {
            read = upTo;
            had = 0;
        }
        held = first.filter(parked -> parked.position() == read + 1);
        if (held.isPresent()) {
            leave();
        }
        return messages;
    }
}

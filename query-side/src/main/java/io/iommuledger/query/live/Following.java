package io.iommuledger.query.live;

import io.iommuledger.web.stream.Message;
import io.iommuledger.web.stream.Messages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One client's way from a place in the log into the present. In the past it reads the log itself, no faster than it takes
 * what is there; near the end it joins the others, and reads by itself only up to where its {@link Tail} gives it the rest.
 * If more comes there than it takes, it leaves them and reads by itself again.
 */
final class Following<T> implements Messages, AutoCloseable {
    /** So near that what comes until it has read as far waits in its backlog meanwhile. */
    private static final long NEAR = 1_000;

    private final Feed<T> feed;
    private final Tail<T> tail;
    private final StateHead head;
    private long read;
    private int had;
    private Tail.@Nullable Follower<T> follower;

    Following(Feed<T> feed, Tail<T> tail, StateHead head, Place from) {
        this.feed = feed;
        this.tail = tail;
        this.head = head;
        this.read = from.after();
        this.had = from.had();
    }

    @Override
    public List<Message> next(Duration atMost) throws InterruptedException {
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
            messages.addAll(told(part));
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
    public void close() {
        Tail.Follower<T> joined = follower;
        if (joined != null) {
            tail.leave(joined);
        }
    }

    private List<Message> past(long upTo) throws InterruptedException {
        return told(feed.between(read, upTo));
    }

    private List<Message> told(Feed.Part<T> part) throws InterruptedException {
        List<Message> messages = new ArrayList<>();
        for (T element : part.elements()) {
            long position = feed.position(element);
            if (position > read) {
                List<Message> all = feed.messages(element);
                int skipped = position == read + 1 ? Math.min(had, all.size()) : 0;
                messages.addAll(all.subList(skipped, all.size()));
                read = position;
                had = 0;
            }
        }
        if (part.upTo() > read) {
            read = part.upTo();
            had = 0;
        }
        return messages;
    }
}

package io.iommuledger.query.live;

import io.iommuledger.web.stream.Message;
import java.util.List;

/**
 * Something that can be told of the log, for one client or for all.
 *
 * @param <T> what there is to tell of at a position
 */
interface Feed<T> {

    /** What comes next above a position and up to another, some of it if it is much. */
    Part<T> between(long after, long upTo) throws InterruptedException;

    /** As messages for one client; none if they are not what it asked for. */
    List<Message> messages(T element) throws InterruptedException;

    long position(T element);

    /**
     * A part of it.
     *
     * @param upTo position up to which this is all
     */
    record Part<T>(long upTo, List<T> elements) {}
}

package io.iommuledger.query.live;

import io.iommuledger.query.projection.Parked;
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

    /** Whether nothing from there on is told before the rows have it. */
    boolean waitsFor(Parked parked);

    /**
     * A part of it.
     *
     * @param upTo   position up to which this is all
     * @param parked of each sequence the first that the rows are without in it, in the order of the log
     */
    record Part<T>(long upTo, List<T> elements, List<Parked> parked) {}
}

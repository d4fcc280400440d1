package io.iommuledger.verify.check;

import io.iommuledger.lifecycle.retention.HoldPlaced;
import io.iommuledger.protocol.EventTypes;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Of each operation of which a payload is gone: where it was asked for, and where it had ended. */
final class Requests {
    private final Map<String, Request> requests = new HashMap<>();

    /**
     * An operation, by what its stream has.
     *
     * @param sequence  of the request; -1 while there is none
     * @param storedAt  when it was stored
     * @param ended     position of the first end behind it
     */
    private record Request(long sequence, long position, long storedAt, long ended) {
        static final Request NONE = new Request(-1, Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /**
     * Takes a record of an operation in, in the order of the log.
     *
     * @param storedAt of it, if it is asked for
     * @param gone     whether its payload is; an operation of which none is so far is passed over
     */
    void take(String stream, String type, long sequence, long position, LongSupplier storedAt, boolean gone) {
        if (!(gone || requests.containsKey(stream))) {
            return;
        }
        Request before = requests.getOrDefault(stream, Request.NONE);
        Request now = before;
        if (type.equals(EventTypes.OPERATION_REQUESTED) && before.sequence() < 0) {
            now = new Request(sequence, position, storedAt.getAsLong(), before.ended());
        } else if (type.equals(EventTypes.OPERATION_ENDED) && before.sequence() >= 0) {
            now = new Request(
                    before.sequence(), before.position(), before.storedAt(), Math.min(before.ended(), position));
        }
        requests.put(stream, now);
    }

    boolean isEmpty() {
        return requests.isEmpty();
    }

    /** Whether a record is a request, or a part of one, whose operation had ended before a position. */
    boolean hadEnded(String stream, long sequence, long before) {
        Request request = requests.getOrDefault(stream, Request.NONE);
        return request.sequence() >= sequence && request.ended() < before;
    }

    /** Whether a hold covers the request of which a record is, or is a part. */
    boolean covered(String stream, HoldPlaced hold) {
        Request request = requests.getOrDefault(stream, Request.NONE);
        return request.sequence() >= 0 && hold.covers(Optional.empty(), request.position(), request.storedAt());
    }
}

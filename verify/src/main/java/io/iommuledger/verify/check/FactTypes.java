package io.iommuledger.verify.check;

import io.iommuledger.protocol.EventTypes;
import io.iommuledger.protocol.FactCodec;
import io.iommuledger.protocol.MalformedRecord;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Under which names facts are stored. A fact is decoded only for the first one of its kind. */
final class FactTypes {
    private record Pair(int field, String type) {}

    private final Map<Pair, Boolean> known = new ConcurrentHashMap<>();

    /**
     * Whether a fact is of the type under which it is stored. What this version does not know is.
     *
     * @param field of the message that holds the fact
     */
    boolean fits(int field, String type, byte[] payload) {
        if (type.equals(EventTypes.UNKNOWN_FACT)) {
            return true;
        }
        Pair pair = new Pair(field, type);
        Boolean before = known.get(pair);
        if (before != null) {
            return before;
        }
        try {
            boolean fits = EventTypes.of(FactCodec.decode(payload).fact()).equals(type);
            known.put(pair, fits);
            return fits;
        } catch (MalformedRecord newer) {
            return true;
        }
    }

    boolean knows(int field, String type) {
        return Boolean.TRUE.equals(known.get(new Pair(field, type)));
    }
}

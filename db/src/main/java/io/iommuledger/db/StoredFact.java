package io.iommuledger.db;

import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.protocol.FactCodec;

/**
 * A fact as it stands in the store: the bytes that its agent encoded. What they mean is read from them on demand, so that
 * a fact of a newer agent is stored and passed on even where it is not understood.
 *
 * @param type name of the kind of fact, see {@code EventTypes}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and copying each fact's bytes buys nothing
public record StoredFact(String type, byte[] bytes) {

    /** @throws io.iommuledger.protocol.MalformedRecord if the bytes are no fact that this version knows */
    public RecordedFact decoded() {
        return FactCodec.decode(bytes);
    }
}

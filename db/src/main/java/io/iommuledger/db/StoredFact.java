package io.iommuledger.db;

import io.iommuledger.db.append.BatchSignature;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.protocol.FactCodec;
import java.util.Optional;

/**
 * A fact as it stands in the store: the bytes that its agent encoded. What they mean is read from them on demand, so that
 * a fact of a newer agent is stored and passed on even where it is not understood.
 *
 * @param type      name of the kind of fact, see {@code EventTypes}
 * @param signature of the batch that ends with it, when it is about to be stored; empty if it does not, or was read
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and copying each fact's bytes buys nothing
public record StoredFact(String type, byte[] bytes, Optional<BatchSignature> signature) {

    public StoredFact(String type, byte[] bytes) {
        this(type, bytes, Optional.empty());
    }

    /**
     * @throws io.iommuledger.protocol.PayloadRemoved  if a rule of retention may have removed the bytes
     * @throws io.iommuledger.protocol.MalformedRecord if the bytes are no fact that this version knows
     */
    public RecordedFact decoded() {
        return FactCodec.decode(type, bytes);
    }
}

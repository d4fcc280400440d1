package io.iommuledger.db;

import io.iommuledger.lifecycle.host.StreamId;
import java.util.List;

/** Takes facts, the bytes they are, without a message of Axon's around each. */
@FunctionalInterface
public interface FactStore {
    /** Axon's word for what a stream is of. */
    String STREAM_TYPE = "Host";

    /**
     * Stores facts that follow each other, all or none; returns when they are stored.
     *
     * @param firstSequence place of the first of them in the stream
     * @throws io.iommuledger.db.append.AppendRefused if they certainly are not stored
     * @throws org.axonframework.eventsourcing.eventstore.EventStoreException if nobody knows, for now, whether they are
     */
    void append(StreamId stream, long firstSequence, List<StoredFact> facts);
}

package io.iommuledger.verify.source;

import io.iommuledger.lifecycle.retention.Positions;
import io.iommuledger.protocol.horizon.HorizonParts;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Records in the order in which a source has them, and what else it has. */
public interface RecordSource extends AutoCloseable {
    /** As people know it. */
    String name();

    /** About how much there is to read, in the unit of {@link #done}. */
    long total();

    long done();

    /** The next ones; empty at the end. Of one thread. */
    Optional<Portion> next() throws Unreadable;

    /** Where the source stops making sense, in words; empty if it made sense up to its end. Known at the end. */
    Optional<String> damage();

    /** Whether it is of a former time, and the log may have more by now. */
    default boolean isCopy() {
        return false;
    }

    /** The records of the source that say to be at positions from one to another, in the source's order. */
    List<byte[]> records(long first, long last) throws Unreadable;

    /** The payloads of a stream from one sequence to another, in their order. */
    List<byte[]> payloads(String stream, long first, long last) throws Unreadable;

    /**
     * What the source says of the horizon that is in force.
     *
     * @param position 0 if none is
     * @param event    position of the event that sets it
     * @param snapshot names the parts of the state there
     * @param parts    how many there are of it
     * @param removal  position of the event of the removal that it came into force with
     */
    record InForce(long position, long event, String rule, long fold, String snapshot, long parts, long removal) {
        static final InForce NONE = new InForce(0, 0, "", 0, "", 0, 0);
    }

    /** Empty if the source is no place where there is such a thing, or it cannot be read there. */
    default Optional<InForce> horizonInForce() throws Unreadable {
        return Optional.empty();
    }

    /**
     * The parts of the state at a horizon, as many as are stored.
     *
     * @param position of the horizon
     * @param parts    how many there are of it at most
     */
    default HorizonParts horizonState(long position, UUID snapshot, int parts) throws Unreadable {
        return new HorizonParts(position);
    }

    /**
     * What a source says beside the log of a payload that was removed.
     *
     * @param rule    under which
     * @param removal position of the event by which it went
     */
    record Beside(long position, String rule, long removal) {}

    /**
     * Of records without payload those of which the source says beside the log that they went otherwise.
     * Empty if it says nothing beside the log.
     *
     * @param spans   of positions of the records
     * @param rule    under which they went
     * @param removal position of the event by which they went
     */
    default List<Beside> removedOtherwise(List<Positions.Span> spans, String rule, long removal) throws Unreadable {
        return List.of();
    }

    /** What the source says of its own tree. */
    StoredProofs proofs() throws Unreadable;

    @Override
    void close();
}

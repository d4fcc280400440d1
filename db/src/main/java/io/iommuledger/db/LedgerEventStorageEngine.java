package io.iommuledger.db;

import io.iommuledger.db.append.AppendRefused;
import io.iommuledger.db.append.Appender;
import io.iommuledger.db.append.NewEvent;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.protocol.EventTypes;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.axonframework.eventhandling.DomainEventData;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.EventUtils;
import org.axonframework.eventhandling.GenericDomainEventEntry;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.TrackedDomainEventData;
import org.axonframework.eventhandling.TrackedEventData;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventsourcing.eventstore.BatchingEventStorageEngine;
import org.axonframework.eventsourcing.eventstore.EventStoreException;
import org.axonframework.messaging.MetaData;
import org.axonframework.serialization.SerializedObject;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.upcasting.event.NoOpEventUpcaster;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Axon's events in our log. Appending waits for the appender and holds no connection meanwhile; it is a transaction of
 * its own, whatever the caller has open. Reading is by position or by sequence, on a connection of the pool.
 */
public final class LedgerEventStorageEngine extends BatchingEventStorageEngine {
    /** Longer than a standby needs to take over; what is not answered by then may still be stored. */
    private static final long PATIENCE_SECONDS = 20;

    private static final String COLUMNS =
            "event_id, stored_at, type, revision, payload, metadata," + " stream_type, stream, sequence";

    /** Of a record whose payload was removed what is kept of it, which is another event then. */
    private static final String LOGGED = "event_id, stored_at, CASE WHEN kept IS NOT NULL AND type = '"
            + EventTypes.OPERATION_REQUESTED + "' THEN '" + EventTypes.OPERATION_KEPT + "' ELSE type END AS type,"
            + " revision, coalesce(kept, payload) AS payload, metadata, stream_type, stream, sequence";

    /** Events that one query reads. */
    private static final int PAGE = 1_000;

    private static final long SECOND = 1_000_000_000L;

    private final JdbcTemplate jdbc;
    private final Optional<Appender> appender;
    private final byte[] noMetadata;

    private LedgerEventStorageEngine(Builder builder) {
        super(builder);
        this.jdbc = new JdbcTemplate(Objects.requireNonNull(builder.dataSource, "dataSource"));
        this.appender = builder.appender;
        this.noMetadata = getEventSerializer()
                .serialize(MetaData.emptyInstance(), byte[].class)
                .getData();
    }

    public static Builder builder() {
        return new Builder();
    }

    @Override
    protected void appendEvents(List<? extends EventMessage<?>> events, Serializer serializer) {
        if (events.isEmpty()) {
            return;
        }
        CompletableFuture<Long> stored = appender()
                .append(events.stream()
                        .map(event -> newEvent(domainEvent(event), serializer))
                        .toList());
        await(stored, taken -> handlePersistenceException(taken, events.getFirst()));
    }

    /** As {@link FactStore#append}. */
    void append(StreamId stream, long firstSequence, List<StoredFact> facts) {
        if (facts.isEmpty()) {
            return;
        }
        String name = stream.toString();
        long now = nanos(Instant.now());
        EventIds ids = new EventIds();
        List<NewEvent> events = new ArrayList<>(facts.size());
        for (StoredFact fact : facts) {
            events.add(new NewEvent(
                    name,
                    firstSequence + events.size(),
                    FactStore.STREAM_TYPE,
                    fact.type(),
                    null,
                    now,
                    ids.next(),
                    fact.bytes(),
                    null,
                    fact.signature().orElse(null)));
        }
        await(appender().append(events), taken -> {
            throw taken;
        });
    }

    private Appender appender() {
        return appender.orElseThrow(
                () -> new EventStoreException("this process reads the log and does not append to it"));
    }

    private static void await(CompletableFuture<Long> stored, Consumer<AppendRefused.Taken> taken) {
        try {
            stored.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new EventStoreException(
                    "the store did not confirm the events within " + PATIENCE_SECONDS
                            + " s; they may be stored or not: read their streams",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EventStoreException("interrupted before the store confirmed the events", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AppendRefused.Taken place) {
                taken.accept(place);
            }
            if (e.getCause() instanceof AppendRefused refused) {
                throw refused;
            }
            throw new EventStoreException("the events were not stored", e);
        }
    }

    @Override
    protected void storeSnapshot(DomainEventMessage<?> snapshot, Serializer serializer) {
        NewEvent row = newEvent(snapshot, serializer);
        jdbc.update(
                """
                INSERT INTO snapshot (event_id, stored_at, type, revision, payload, metadata, stream_type, stream, sequence)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (stream) DO UPDATE SET event_id = excluded.event_id, stored_at = excluded.stored_at,
                    type = excluded.type, revision = excluded.revision, payload = excluded.payload,
                    metadata = excluded.metadata, stream_type = excluded.stream_type, sequence = excluded.sequence
                WHERE snapshot.sequence <= excluded.sequence\
                """,
                row.id(),
                row.storedAtNanos(),
                row.type(),
                row.revision(),
                row.payload(),
                row.metadata(),
                row.streamType(),
                row.stream(),
                row.sequence());
    }

    @Override
    protected Stream<? extends DomainEventData<?>> readSnapshotData(String stream) {
        return jdbc.query("SELECT " + COLUMNS + " FROM snapshot WHERE stream = ?", this::entry, stream).stream();
    }

    @Override
    protected List<? extends TrackedEventData<?>> fetchTrackedEvents(@Nullable TrackingToken last, int most) {
        return jdbc.query(
                "SELECT position, " + LOGGED + " FROM event_log WHERE position > ? ORDER BY position LIMIT ?",
                this::tracked,
                position(last),
                most);
    }

    private TrackedDomainEventData<byte[]> tracked(ResultSet row, int number) throws SQLException {
        return new TrackedDomainEventData<>(
                new GlobalSequenceTrackingToken(row.getLong("position")), entry(row, ownStream(row)));
    }

    /** In their order; the types stand in the text, so that an index of just them is found to fit. */
    List<? extends TrackedEventMessage<?>> ofTypes(Set<String> types, long after, long upTo, int most) {
        String names = types.stream().sorted().map(type -> "'" + type + "'").collect(Collectors.joining(", "));
        List<TrackedDomainEventData<byte[]>> rows = jdbc.query(
                "SELECT position, " + LOGGED + " FROM event_log WHERE type IN (" + names
                        + ") AND position > ? AND position <= ? ORDER BY position LIMIT ?",
                this::tracked,
                after,
                upTo,
                most);
        return EventUtils.upcastAndDeserializeTrackedEvents(
                        rows.stream(), getEventSerializer(), NoOpEventUpcaster.INSTANCE)
                .toList();
    }

    @Override
    protected List<? extends DomainEventData<?>> fetchDomainEvents(String stream, long firstSequence, int most) {
        return jdbc.query(
                "SELECT " + LOGGED + " FROM event_log WHERE stream = ? AND sequence >= ? ORDER BY sequence LIMIT ?",
                this::entry,
                stream,
                firstSequence,
                most);
    }

    @Override
    public Optional<Long> lastSequenceNumberFor(String stream) {
        return Optional.ofNullable(
                jdbc.queryForObject("SELECT max(sequence) FROM event_log WHERE stream = ?", Long.class, stream));
    }

    /** Before the first event. */
    @Override
    public @Nullable TrackingToken createTailToken() {
        return null;
    }

    @Override
    public @Nullable TrackingToken createHeadToken() {
        return token(jdbc.queryForObject("SELECT max(position) FROM event_log", Long.class));
    }

    @Override
    public @Nullable TrackingToken createTokenAt(Instant time) {
        Long first = jdbc.queryForObject(
                "SELECT min(position) FROM event_log WHERE stored_at >= ?", Long.class, nanos(time));
        return first == null ? createHeadToken() : token(first - 1);
    }

    private static @Nullable TrackingToken token(@Nullable Long position) {
        return position == null || position == 0 ? null : new GlobalSequenceTrackingToken(position);
    }

    static long position(@Nullable TrackingToken token) {
        if (token == null) {
            return 0;
        }
        OptionalLong position = token.position();
        return position.orElseThrow(() -> new IllegalArgumentException("a token without a position: " + token));
    }

    /** Null for an event that was published without a stream. */
    private static @Nullable String ownStream(ResultSet row) throws SQLException {
        String stream = row.getString("stream");
        return row.getString("stream_type") == null && stream.equals(row.getString("event_id")) ? null : stream;
    }

    private GenericDomainEventEntry<byte[]> entry(ResultSet row, int number) throws SQLException {
        return entry(row, row.getString("stream"));
    }

    private GenericDomainEventEntry<byte[]> entry(ResultSet row, @Nullable String stream) throws SQLException {
        byte[] metadata = row.getBytes("metadata");
        long storedAt = row.getLong("stored_at");
        return new GenericDomainEventEntry<>(
                row.getString("stream_type"),
                stream,
                row.getLong("sequence"),
                row.getString("event_id"),
                Instant.ofEpochSecond(Math.floorDiv(storedAt, SECOND), Math.floorMod(storedAt, SECOND)),
                row.getString("type"),
                row.getString("revision"),
                row.getBytes("payload"),
                metadata == null ? noMetadata : metadata);
    }

    private static NewEvent newEvent(DomainEventMessage<?> event, Serializer serializer) {
        SerializedObject<byte[]> payload = event.serializePayload(serializer, byte[].class);
        return new NewEvent(
                event.getAggregateIdentifier(),
                event.getSequenceNumber(),
                event.getType(),
                payload.getType().getName(),
                payload.getType().getRevision(),
                nanos(event.getTimestamp()),
                id(event.getIdentifier()),
                payload.getData(),
                event.getMetaData().isEmpty()
                        ? null
                        : event.serializeMetaData(serializer, byte[].class).getData(),
                event.getPayload() instanceof StoredFact fact ? fact.signature().orElse(null) : null);
    }

    /** An event of no stream is one of its own. */
    private static DomainEventMessage<?> domainEvent(EventMessage<?> event) {
        return event instanceof DomainEventMessage<?> domain
                ? domain
                : new GenericDomainEventMessage<>(null, event.getIdentifier(), 0, event, event::getTimestamp);
    }

    private static UUID id(String identifier) {
        try {
            return UUID.fromString(identifier);
        } catch (IllegalArgumentException e) {
            throw new EventStoreException("an event's identifier is '" + identifier + "'; expected a UUID", e);
        }
    }

    private static long nanos(Instant time) {
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), SECOND), time.getNano());
    }

    /** As Axon's engines are built. */
    public static final class Builder extends BatchingEventStorageEngine.Builder {
        private @Nullable DataSource dataSource;
        private Optional<Appender> appender = Optional.empty();

        private Builder() {
            // An exception that says that a place is taken is thrown by us alone.
            persistenceExceptionResolver(AppendRefused.Taken.class::isInstance);
            batchSize(PAGE);
        }

        public Builder dataSource(DataSource from) {
            this.dataSource = from;
            return this;
        }

        /** Without one the engine only reads. */
        public Builder appender(Optional<Appender> to) {
            this.appender = to;
            return this;
        }

        public LedgerEventStorageEngine build() {
            return new LedgerEventStorageEngine(this);
        }
    }
}

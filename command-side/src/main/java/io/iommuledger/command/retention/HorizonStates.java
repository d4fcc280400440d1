package io.iommuledger.command.retention;

import io.iommuledger.db.EventLog;
import io.iommuledger.db.LongWork;
import io.iommuledger.db.horizon.Horizon;
import io.iommuledger.db.horizon.Horizons;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.host.Logged;
import io.iommuledger.lifecycle.host.Scope;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.principal.PrincipalRef;
import io.iommuledger.lifecycle.replay.HostCheckpoint;
import io.iommuledger.lifecycle.replay.World;
import io.iommuledger.lifecycle.reset.EpisodeId;
import io.iommuledger.lifecycle.retention.HorizonSet;
import io.iommuledger.protocol.Sha256;
import io.iommuledger.protocol.horizon.HorizonHost;
import io.iommuledger.protocol.horizon.HorizonRow;
import io.iommuledger.protocol.horizon.HorizonWriter;
import java.sql.Connection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Stores how everything stood at a position: each host's fold, from the log, and the rows that stood there, from the tables
 * that answer. Both are of one state of the database.
 */
@Component
class HorizonStates {
    private static final int WINDOW = 1_000;

    private final EventLog log;
    private final Horizons horizons;
    private final JdbcClient jdbc;
    private final LongWork longWork;

    /** Why it cannot be stored now. */
    static final class NotYet extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotYet(String why) {
            super(why);
        }
    }

    /** How far the log of a host goes, and what of it was not understood, epoch by epoch. */
    private static final class Read {
        private long position;
        private final Map<Long, Long> passed = new TreeMap<>();
    }

    /** Where the newest epoch of a host's rows began. */
    private record Began(long epoch, long position, long nanos) {}

    HorizonStates(EventLog log, Horizons horizons, JdbcClient jdbc, LongWork longWork) {
        this.log = log;
        this.horizons = horizons;
        this.jdbc = jdbc;
        this.longWork = longWork;
    }

    /**
     * Stores it, for an event that is to tell so.
     *
     * @param now since 1970, nanoseconds
     * @throws NotYet if the rows that answer are not those of this fold, have not come so far, or lack what is parked
     */
    HorizonSet store(long position, String rule, PrincipalRef by, long now) {
        return longWork.within(Connection.TRANSACTION_REPEATABLE_READ, () -> {
            jdbc.sql("SELECT horizon_drop_unused()").query().listOfRows();
            String serving = serving(position);
            UUID snapshot = UUID.randomUUID();
            Parts parts = new Parts(snapshot, position);
            Map<HostId, Read> read = new HashMap<>();
            World world = fold(position, read);
            HorizonWriter writer = new HorizonWriter(parts);
            for (HostCheckpoint host : world.checkpoint()) {
                put(writer, host, Objects.requireNonNull(read.get(host.host())), serving, position);
            }
            writer.end();
            return new HorizonSet(
                    now,
                    by.id(),
                    by.commitment(),
                    position,
                    rule,
                    HostState.FOLD_VERSION,
                    snapshot,
                    parts.count,
                    parts.digest());
        });
    }

    /** Where the parts go. */
    private final class Parts implements HorizonWriter.Sink {
        private final UUID snapshot;
        private final long position;
        private int count;

        Parts(UUID snapshot, long position) {
            this.snapshot = snapshot;
            this.position = position;
        }

        @Override
        public void part(String host, boolean ofRows, byte[] encoded) {
            jdbc.sql("INSERT INTO horizon_state (snapshot, part, position, host, of_rows, content)"
                            + " VALUES (:snapshot, :part, :position, :host, :ofRows, :content)")
                    .param("snapshot", snapshot)
                    .param("part", count++)
                    .param("position", position)
                    .param("host", host)
                    .param("ofRows", ofRows)
                    .param("content", encoded)
                    .update();
        }

        /** As the database counts it, which will hold it against the event. */
        String digest() {
            return jdbc.sql("SELECT encode(digest, 'hex') FROM horizon_digest(:snapshot, :parts)")
                    .param("snapshot", snapshot)
                    .param("parts", count)
                    .query(String.class)
                    .single();
        }
    }

    /** Schema of the tables that answer. */
    private String serving(long position) {
        int fold = jdbc.sql("SELECT fold FROM projection").query(Integer.class).single();
        if (fold != HostState.FOLD_VERSION) {
            throw new NotYet("the rows are of fold " + fold + ", and this server has " + HostState.FOLD_VERSION
                    + "; a rebuild has to be done first, GET /api/v1/projection tells how far it is");
        }
        String serving =
                jdbc.sql("SELECT serving FROM projection").query(String.class).single();
        boolean parked = jdbc.sql("SELECT EXISTS (SELECT FROM parked_event WHERE position <= :position)"
                        + " OR EXISTS (SELECT FROM projection_b.parked_event WHERE position <= :position)")
                .param("position", position)
                .query(Boolean.class)
                .single();
        if (parked) {
            throw new NotYet("facts up to position " + position + " are parked, GET /api/v1/dead-letters tells why");
        }
        return serving;
    }

    private static String table(String schema, String name) {
        return '"' + schema.replace("\"", "\"\"") + "\"." + name;
    }

    private World fold(long upTo, Map<HostId, Read> read) {
        Optional<Horizon> before = horizons.inForce();
        List<HorizonHost> kept = before.map(horizons::hosts).orElse(List.of());
        for (HorizonHost host : kept) {
            Read of = new Read();
            of.position = host.position();
            of.passed.putAll(host.passed());
            read.put(host.host(), of);
        }
        World world = World.resumed(
                Scope.ALL, Sha256::hex, kept.stream().map(HorizonHost::fold).toList());
        long reached = before.map(Horizon::position).orElse(-1L);
        while (reached < upTo) {
            long next = Math.min(upTo, Math.max(0, reached) + WINDOW);
            log.between(reached, next, WINDOW + 1).stream()
                    .flatMap(entry -> entry.logged().stream())
                    .forEach(logged -> take(world, logged, read));
            reached = next;
        }
        return world;
    }

    private static void take(World world, Logged logged, Map<HostId, Read> read) {
        StreamId stream = logged.stream();
        var _ = world.take(logged);
        Read of = read.computeIfAbsent(stream.host(), fresh -> new Read());
        of.position = logged.position();
        if (logged.fact().isPresent()) {
            HostState state = Objects.requireNonNull(world.state(stream.host()));
            if (state.lastSequence(stream.epoch())
                    == logged.fact().get().stamp().sequence()) {
                of.passed.remove(stream.epoch());
            }
        } else if (!logged.removed()) {
            of.passed.merge(stream.epoch(), 1L, Long::sum);
        }
    }

    private void put(HorizonWriter writer, HostCheckpoint fold, Read read, String serving, long position) {
        String host = fold.host().value();
        Began began = jdbc.sql("SELECT epoch, began_position AS position, began_nanos AS nanos FROM "
                        + table(serving, "host_interval")
                        + " WHERE host = :host AND begin_position <= :position ORDER BY begin_position DESC LIMIT 1")
                .param("host", host)
                .param("position", position)
                .query(Began.class)
                .optional()
                .orElse(new Began(0, 0, 0));
        if (!fold.epochs().isEmpty()) {
            requireReached(host, read.position, serving, position);
        }
        writer.begin(new HorizonHost(
                fold,
                read.position,
                began.epoch(),
                began.position(),
                began.nanos(),
                read.passed,
                openEpisodes(fold.host(), serving, position)));
        jdbc.sql("SELECT of_table, columns::text FROM horizon_rows(:serving, :position, :host)")
                .param("serving", serving)
                .param("position", position)
                .param("host", host)
                .withFetchSize(WINDOW)
                .query((RowCallbackHandler) row -> writer.row(new HorizonRow(row.getString(1), row.getString(2))));
    }

    private void requireReached(String host, long read, String serving, long position) {
        long rows = jdbc.sql("SELECT coalesce(max(position), -1) FROM " + table(serving, "fact_time")
                        + " WHERE host = :host AND position <= :position")
                .param("host", host)
                .param("position", position)
                .query(Long.class)
                .single();
        if (rows != read) {
            throw new NotYet("the rows of host " + host + " stand at position " + rows
                    + " and its facts up to the horizon at " + read + "; wait until they have come so far");
        }
    }

    private List<HorizonHost.OpenSince> openEpisodes(HostId host, String serving, long position) {
        return jdbc.sql("SELECT epoch, number, began_position, began_nanos, operation FROM "
                        + table(serving, "episode_interval")
                        + " WHERE host = :host AND outcome = 'OPEN' AND begin_position <= :position"
                        + " AND (end_position IS NULL OR end_position > :position) ORDER BY epoch, number")
                .param("host", host.value())
                .param("position", position)
                .query((row, number) -> new HorizonHost.OpenSince(
                        new EpisodeId(host, row.getLong("epoch"), row.getLong("number")),
                        row.getLong("began_position"),
                        row.getLong("began_nanos"),
                        Optional.ofNullable(row.getObject("operation", UUID.class))))
                .list();
    }
}

package io.iommuledger.db.horizon;

import io.iommuledger.db.EventLog;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.retention.HorizonSet;
import io.iommuledger.lifecycle.retention.Retention;
import io.iommuledger.protocol.MalformedRecord;
import io.iommuledger.protocol.RetentionCodec;
import io.iommuledger.protocol.horizon.HorizonHost;
import io.iommuledger.protocol.horizon.HorizonParts;
import io.iommuledger.protocol.horizon.HorizonReader;
import io.iommuledger.protocol.horizon.HorizonRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The horizon that is in force, and how everything stood there. What is read is held against the digest in its event. */
@Component
public class Horizons {
    private static final int FETCH = 16;
    private static final byte[] NOTHING = {};

    private final JdbcClient jdbc;
    private final EventLog log;
    private final Set<Horizon> checked = ConcurrentHashMap.newKeySet();

    public Horizons(JdbcClient jdbc, EventLog log) {
        this.jdbc = jdbc;
        this.log = log;
    }

    /** Empty as long as no payload was removed that state rests on. */
    public Optional<Horizon> inForce() {
        return jdbc.sql(
                        "SELECT position, rule, fold, snapshot, parts, event,"
                                + " (extract(epoch FROM since) * 1000000)::bigint * 1000 AS since_nanos FROM horizon ORDER BY position DESC LIMIT 1")
                .query(Horizon.class)
                .optional();
    }

    /**
     * Reads what rests on the horizon, again if another one has come into force meanwhile. Within a transaction that reads one
     * state of the database none does.
     */
    public <T> T steady(Function<Optional<Horizon>, T> read) {
        Optional<Horizon> before = inForce();
        while (true) {
            T found;
            try {
                found = read.apply(before);
            } catch (IllegalStateException | MalformedRecord stale) {
                Optional<Horizon> after = inForce();
                if (after.equals(before)) {
                    throw stale;
                }
                before = after;
                continue;
            }
            Optional<Horizon> after = inForce();
            if (after.equals(before)) {
                return found;
            }
            before = after;
        }
    }

    /** What folds of a host go on from; empty if it had told nothing by then. */
    public Optional<HorizonHost> host(Horizon horizon, HostId host) {
        requireWhole(horizon);
        HorizonReader reader = new HorizonReader();
        jdbc.sql("SELECT content FROM horizon_state WHERE snapshot = :snapshot AND NOT of_rows AND host = :host"
                        + " AND part >= 0 AND part < :parts ORDER BY part")
                .param("snapshot", horizon.snapshot())
                .param("host", host.value())
                .param("parts", horizon.parts())
                .withFetchSize(FETCH)
                .query((RowCallbackHandler) row -> reader.take(row.getBytes(1)));
        return reader.host().filter(found -> isOf(found, host));
    }

    private static boolean isOf(HorizonHost found, HostId host) {
        if (!found.host().equals(host)) {
            throw new IllegalStateException("the state of host " + found.host()
                    + " at the horizon is stored as that of " + host + "; restore horizon_state from a backup");
        }
        return true;
    }

    /** What folds of all hosts go on from, in the order of their ids. */
    public List<HorizonHost> hosts(Horizon horizon) {
        return hosts(horizon, Set.of());
    }

    /** As {@link #hosts(Horizon)}, of some of them; of all if none is named. */
    public List<HorizonHost> hosts(Horizon horizon, Set<HostId> wanted) {
        requireWhole(horizon);
        return jdbc
                .sql("SELECT DISTINCT host FROM horizon_state WHERE snapshot = :snapshot AND NOT of_rows"
                        + " AND part >= 0 AND part < :parts ORDER BY host")
                .param("snapshot", horizon.snapshot())
                .param("parts", horizon.parts())
                .query(String.class)
                .list()
                .stream()
                .filter(host -> wanted.isEmpty() || wanted.contains(new HostId(host)))
                .flatMap(host -> host(horizon, new HostId(host)).stream())
                .toList();
    }

    /** Puts the rows as they stood there into the tables that their names mean now, in the caller's transaction. */
    public void restore(Horizon horizon) {
        requireWhole(horizon);
        jdbc.sql(
                        "SELECT content FROM horizon_state WHERE snapshot = :snapshot AND of_rows AND part >= 0 AND part < :parts"
                                + " ORDER BY part")
                .param("snapshot", horizon.snapshot())
                .param("parts", horizon.parts())
                .withFetchSize(FETCH)
                .query((RowCallbackHandler) row -> restore(HorizonReader.rows(row.getBytes(1))));
    }

    private void restore(List<HorizonRow> rows) {
        Map<String, List<String>> tables = new LinkedHashMap<>();
        rows.forEach(row ->
                tables.computeIfAbsent(row.table(), fresh -> new ArrayList<>()).add(row.columns()));
        tables.forEach(this::restore);
    }

    private void restore(String table, List<String> rows) {
        if (!table.matches("[a-z_]{1,63}")) {
            throw new IllegalStateException("the state at the horizon has rows of '" + table + "', which is no table");
        }
        // Columns that a later release has added have their defaults; those that it has not any more are passed over.
        String columns = jdbc.sql(
                        "SELECT string_agg(quote_ident(name), ', ') FROM jsonb_object_keys(:row::jsonb) AS name"
                                + " JOIN pg_attribute a ON a.attrelid = :table::regclass AND a.attname = name"
                                + " AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''")
                .param("table", table)
                .param("row", rows.getFirst())
                .query(String.class)
                .single();
        jdbc.sql("INSERT INTO " + table + " (" + columns + ") SELECT " + columns
                        + " FROM jsonb_populate_recordset(NULL::" + table + ", :rows::jsonb)")
                .param("rows", "[" + String.join(",", rows) + "]")
                .update();
    }

    /** Once in a process: nobody but the database's owner can change these parts afterwards. */
    private void requireWhole(Horizon horizon) {
        if (!checked.contains(horizon)) {
            check(horizon);
        }
    }

    /** One at a time: many ask when a server has started. */
    private synchronized void check(Horizon horizon) {
        if (checked.contains(horizon)) {
            return;
        }
        HorizonSet told = log.at(List.of(horizon.event())).stream()
                .filter(entry -> entry.stream().equals(Retention.STREAM))
                .map(EventLog.Entry::payload)
                .map(RetentionCodec::decode)
                .filter(HorizonSet.class::isInstance)
                .map(HorizonSet.class::cast)
                .findFirst()
                .orElseThrow(() -> damaged(horizon, "is set by position " + horizon.event() + ", which sets none"));
        if (!isSetBy(horizon, told)) {
            throw damaged(horizon, "is not the one that position " + horizon.event() + " sets");
        }
        HorizonParts stored = stored(horizon);
        if (!stored.digest().equals(told.digest())) {
            throw damaged(horizon, "is not the one of which position " + horizon.event() + " has the digest");
        }
        stored.misplaced().ifPresent(why -> {
            throw damaged(horizon, "is not found: " + why);
        });
        checked.add(horizon);
    }

    /** Some at a time: without a transaction all that one statement asks for is in memory at once. */
    private HorizonParts stored(Horizon horizon) {
        HorizonParts stored = new HorizonParts(horizon.position());
        for (int first = 0; first < horizon.parts(); first += FETCH) {
            jdbc.sql("SELECT position, host, of_rows, content FROM horizon_state WHERE snapshot = :snapshot"
                            + " AND part >= :first AND part < :end ORDER BY part")
                    .param("snapshot", horizon.snapshot())
                    .param("first", first)
                    .param("end", Math.min((long) first + FETCH, horizon.parts()))
                    .query((RowCallbackHandler) row -> stored.take(
                            row.getLong(1),
                            row.getString(2),
                            row.getObject(3, Boolean.class),
                            Objects.requireNonNullElse(row.getBytes(4), NOTHING)));
        }
        return stored;
    }

    private static boolean isSetBy(Horizon horizon, HorizonSet told) {
        return horizon.position() == told.position()
                && horizon.rule().equals(told.rule())
                && horizon.fold() == told.fold()
                && horizon.snapshot().equals(told.snapshot())
                && horizon.parts() == told.parts();
    }

    private static IllegalStateException damaged(Horizon horizon, String why) {
        return new IllegalStateException("the state at the horizon, position " + horizon.position() + ", " + why
                + ": restore the tables horizon and horizon_state from a backup; verify tells what else was changed");
    }
}

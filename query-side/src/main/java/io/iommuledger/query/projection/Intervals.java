package io.iommuledger.query.projection;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcOperations;

/** Rows of an {@link IntervalTable}: each change of a thing ends the interval before it and begins the next. */
final class Intervals {
    /** As many rows are gathered before they are written: one fact can end 65,535 mappings. */
    private static final int MOST = 10_000;

    private final IntervalTable table;
    private final JdbcOperations jdbc;
    /** One for each thing: a statement ends and amends a row once. */
    private final Map<List<Object>, Row> amendments = new LinkedHashMap<>();

    private final Map<List<Object>, Row> closes = new LinkedHashMap<>();
    private final List<Row> inserts = new ArrayList<>();
    private final Map<List<Object>, Row> open = new HashMap<>();

    /** How a thing stands from now on. */
    enum Then {
        /** It is the first that is heard of it. */
        BEGINS,
        GOES_ON,
        /** It is over: its last interval ends where it begins. */
        ENDS
    }

    /** @param jdbc within the transaction that the caller is in */
    Intervals(IntervalTable table, JdbcOperations jdbc) {
        this.table = table;
        this.jdbc = jdbc;
    }

    /** @param key values of the table's key, in its order */
    void put(At at, List<Object> key, Row values, Then then) {
        Optional<Row> before = Optional.ofNullable(open.remove(key));
        if (before.isPresent()) {
            end(before.get(), Optional.of(at));
        } else if (then != Then.BEGINS) {
            closes.computeIfAbsent(
                    key,
                    ended -> identified(new Row(), ended)
                            .with("end_position", at.position())
                            .with("end_nanos", at.nanos()));
        }
        Row row = identified(values, key).with("begin_position", at.position()).with("begin_nanos", at.nanos());
        if (then == Then.ENDS) {
            end(row, Optional.of(at));
        } else {
            end(row, Optional.empty());
            open.put(key, row);
        }
        inserts.add(row);
        if (inserts.size() + closes.size() >= MOST) {
            write();
        }
    }

    /** The interval goes on; some of it is known better. */
    void amend(List<Object> key, Row better) {
        Row before = open.get(key);
        if (before != null) {
            before.with(better);
        } else {
            amendments.put(key, identified(better, key));
        }
    }

    void write() {
        table.amend(jdbc, List.copyOf(amendments.values()));
        table.close(jdbc, List.copyOf(closes.values()));
        table.insert(jdbc, inserts);
        amendments.clear();
        closes.clear();
        inserts.clear();
        open.clear();
    }

    private Row identified(Row row, List<Object> key) {
        for (int i = 0; i < key.size(); i++) {
            row.with(table.key().get(i).name(), key.get(i));
        }
        return row;
    }

    private static void end(Row row, Optional<At> end) {
        row.with("end_position", end.map(At::position)).with("end_nanos", end.map(At::nanos));
    }
}

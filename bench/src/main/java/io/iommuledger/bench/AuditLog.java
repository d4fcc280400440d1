package io.iommuledger.bench;

import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.protocol.FactCodec;
import io.iommuledger.query.audit.Rendering;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Stored facts as the Linux audit daemon would have written them, had the agents told it: an event of one record each, of the
 * type that is meant for programs which are trusted to tell in their own words, with all that a fact says. Enriched, as
 * Debian's daemon writes. That is the least work there is for whoever reads it: an event of the kernel has several records.
 */
final class AuditLog {
    private static final int FETCHED = 5_000;
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private AuditLog() {}

    /** @return how many facts are in it */
    static long write(Store store, Path file) throws SQLException, IOException {
        long facts = 0;
        try (Writer out = Files.newBufferedWriter(file);
                Connection connection = store.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.setFetchSize(FETCHED);
            try (ResultSet row = statement.executeQuery(
                    "SELECT position, stream, type, payload FROM " + Store.FACTS + " ORDER BY position")) {
                while (row.next()) {
                    out.write(line(
                            row.getLong("position"),
                            StreamId.parse(row.getString("stream")),
                            row.getString("type"),
                            FactCodec.decode(row.getBytes("payload"))));
                    facts++;
                }
            }
        }
        return facts;
    }

    private static String line(long position, StreamId stream, String type, RecordedFact recorded) {
        long nanos = recorded.stamp().wallNanos();
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                "type=TRUSTED_APP msg=audit(%d.%03d:%d): pid=4711 uid=0 auid=4294967295 ses=4294967295 msg='op=%s",
                nanos / NANOS_PER_SECOND,
                nanos % NANOS_PER_SECOND / NANOS_PER_MILLI,
                position,
                type));
        put(line, "epoch", stream.epoch());
        put(line, "sequence", recorded.stamp().sequence());
        put(line, "nanos", nanos % NANOS_PER_SECOND);
        Rendering.of((Record) recorded.fact()).forEach((name, value) -> put(line, name, value));
        return line.append(" exe=\"/usr/bin/iommu-ledger\" hostname=")
                .append(stream.host())
                .append(" addr=? terminal=? res=success'\u001dUID=\"root\" AUID=\"unset\"\n")
                .toString();
    }

    private static void put(StringBuilder line, String name, Object value) {
        switch (value) {
            case Map<?, ?> inner -> inner.forEach((part, each) -> put(line, name + "_" + part, each));
            case Collection<?> list ->
                put(line, name, list.stream().map(Object::toString).collect(Collectors.joining(",")));
            default ->
                line.append(' ')
                        .append(name)
                        .append('=')
                        .append(value.toString().replace(' ', '_'));
        }
    }
}

package io.iommuledger.query.projection;

import io.iommuledger.lifecycle.host.HostId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The dead-letter queue of the set of tables that the caller has entered: the first event of a sequence that cannot be
 * taken, and all that come behind it. What is in it is said by the log, where it stands here.
 */
@Component
class DeadLetters {
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);

    private final JdbcClient jdbc;

    DeadLetters(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Sequences that wait, and from which position on. */
    Map<String, Long> waiting() {
        Map<String, Long> waiting = new HashMap<>();
        jdbc.sql("SELECT sequence, position FROM parked_event WHERE reason IS NOT NULL")
                .query((row, number) -> waiting.put(row.getString(1), row.getLong(2)))
                .list();
        return waiting;
    }

    /**
     * @param host whom it is about, empty if that cannot be seen
     * @param why  all of which only the log is told
     */
    void park(Told poison, Optional<HostId> host, RuntimeException why) {
        LOG.error(
                "event {} of {} cannot be taken, and it and what follows it in {} is parked",
                poison.position(),
                host.map(HostId::value).orElse("no known host"),
                poison.sequence(),
                why);
        jdbc.sql("""
                        INSERT INTO parked_event (sequence, position, host, reason, nanos)
                        VALUES (:sequence, :position, :host, :reason,
                            (SELECT nanos FROM fact_time WHERE host = :host ORDER BY position DESC LIMIT 1))
                        ON CONFLICT (sequence, position) DO UPDATE SET reason = excluded.reason
                        """)
                .param("sequence", poison.sequence())
                .param("position", poison.position())
                .param("host", host.map(HostId::value).orElse(""))
                .param("reason", Poison.reason(why))
                .update();
    }

    void behind(List<Told> told) {
        if (told.isEmpty()) {
            return;
        }
        jdbc.sql("""
                        INSERT INTO parked_event (sequence, position, host)
                        SELECT * FROM unnest(:sequences, :positions, :hosts)
                        ON CONFLICT (sequence, position) DO NOTHING
                        """)
                .param("sequences", told.stream().map(Told::sequence).toArray(String[]::new))
                .param("positions", told.stream().map(Told::position).toArray(Long[]::new))
                .param(
                        "hosts",
                        told.stream()
                                .map(one -> one.host().map(HostId::value).orElse(""))
                                .toArray(String[]::new))
                .update();
    }

    boolean any() {
        return jdbc.sql("SELECT EXISTS (SELECT FROM parked_event)")
                .query(Boolean.class)
                .single();
    }
}

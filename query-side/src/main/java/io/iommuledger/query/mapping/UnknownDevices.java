package io.iommuledger.query.mapping;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.query.position.Standing;
import io.iommuledger.query.position.Standpoint;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Mappings of device memory through a file, which are in no answer about a device: a path is no proof of whose memory it
 * is. They are counted beside such answers, so that nobody takes an empty one for all there is.
 */
@Component
public class UnknownDevices {
    private final JdbcClient jdbc;

    UnknownDevices(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** In words; empty if there are none. */
    public Optional<String> note(Standpoint standpoint) {
        return unknown(standpoint, "");
    }

    /** The same beside an answer about zombies, with mappings of which nobody knows whether they translate. */
    public Optional<String> noteOfZombies(Standpoint standpoint) {
        return noteOfZombies(standpoint, "");
    }

    /** Of one context of the standpoint's only host. */
    Optional<String> noteOfZombies(Standpoint standpoint, ContextId context) {
        return noteOfZombies(standpoint, " AND t.epoch = " + context.epoch() + " AND t.context = " + context.number());
    }

    private Optional<String> noteOfZombies(Standpoint standpoint, String scope) {
        List<String> notes = Stream.of(unknown(standpoint, scope), doubtful(standpoint, scope))
                .flatMap(Optional::stream)
                .toList();
        return notes.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", notes));
    }

    private Optional<String> unknown(Standpoint standpoint, String scope) {
        return told(
                count(standpoint, MappingSql.ofUnknownDevice("t") + scope),
                "of device memory whose device is not known: made of files under mmio=unsafe, counted under no device"
                        + " here, and whether a DMA reaches through them what it should not is not known either");
    }

    private Optional<String> doubtful(Standpoint standpoint, String scope) {
        return told(
                count(standpoint, MappingSql.doubtful("t") + scope),
                "in state LIMBO or UNKNOWN: whether they translate, and whether a DMA reaches through them what it should"
                        + " not, is not known");
    }

    private static Optional<String> told(long count, String what) {
        return count == 0 ? Optional.empty() : Optional.of((count == 1 ? "1 mapping " : count + " mappings ") + what);
    }

    private long count(Standpoint standpoint, String which) {
        String standing =
                Standing.in(standpoint, MappingSql.TABLE, which + " AND " + standpoint.host(), standpoint.position());
        return jdbc.sql("SELECT count(*) FROM " + Standing.HOSTS + " JOIN LATERAL " + standing
                        + " i ON i.host = h.host")
                .params(standpoint.parameters())
                .query(Long.class)
                .single();
    }
}

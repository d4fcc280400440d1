package io.iommuledger.query.mapping;

import io.iommuledger.query.position.Standing;
import io.iommuledger.query.position.Standpoint;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Mappings of device memory through a file, which are in no answer about a device: a path is no proof of whose memory it
 * is. They are counted beside such answers, so that nobody takes an empty one for all there is.
 */
@Component
public class UnknownDevices {
    /** On rows {@code t}: what is not installed exposes nothing. */
    private static final String TRANSLATING = "t.device_memory AND t.state NOT IN ('REQUESTED', 'REVOKED')";

    private final JdbcClient jdbc;

    UnknownDevices(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** In words; empty if there are none. */
    public Optional<String> note(Standpoint standpoint) {
        String standing = Standing.in(
                standpoint, MappingSql.TABLE, TRANSLATING + " AND " + standpoint.host(), standpoint.position());
        long count = jdbc.sql("SELECT count(*) FROM " + Standing.HOSTS + " JOIN LATERAL " + standing
                        + " i ON i.host = h.host")
                .params(standpoint.parameters())
                .query(Long.class)
                .single();
        return count == 0
                ? Optional.empty()
                : Optional.of(
                        (count == 1 ? "1 mapping" : count + " mappings")
                                + " of device memory whose device is not known: made of files under mmio=unsafe, counted under no"
                                + " device here, and whether a DMA reaches through them what it should not is not known either");
    }
}

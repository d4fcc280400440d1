package io.iommuledger.query.position;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.web.Times;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Effective time of the newest fact that an answer has in it. */
@Component
public class EffectiveTimes {
    private final JdbcClient jdbc;

    EffectiveTimes(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    public Optional<String> of(HostId host) {
        return jdbc.sql("SELECT nanos FROM host WHERE id = :host")
                .param("host", host.value())
                .query(Long.class)
                .optional()
                .map(Times::rfc3339);
    }

    /** Of all hosts. */
    public Optional<String> newest() {
        return jdbc.sql("SELECT nanos FROM host ORDER BY nanos DESC LIMIT 1")
                .query(Long.class)
                .optional()
                .map(Times::rfc3339);
    }
}

package io.iommuledger.query.freshness;

import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.query.position.When;
import io.iommuledger.query.projection.StateToken;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Tags answers. What stands at a position follows from the position and the fold's version; an answer about now says
 * besides up to when its hosts were heard, which goes on without any position.
 */
@Component
class Tags {
    private final StateToken token;
    private final JdbcClient jdbc;

    Tags(StateToken token, JdbcClient jdbc) {
        this.token = token;
        this.jdbc = jdbc;
    }

    /** As it would be answered from now on. */
    Tag of(When when) {
        return when.pinned()
                ? Tag.pinned(HostState.FOLD_VERSION)
                : Tag.of(HostState.FOLD_VERSION, token.position(), heard());
    }

    private long heard() {
        return jdbc.sql("SELECT coalesce(bit_xor(hash_record_extended(w, 0)), 0) FROM host_heard w")
                .query(Long.class)
                .single();
    }
}

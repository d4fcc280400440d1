package io.iommuledger.query.freshness;

import io.iommuledger.query.position.When;
import io.iommuledger.query.projection.Sets;
import io.iommuledger.query.projection.StateToken;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Tags answers. What stands at a position follows from the position, the fold's version, and
 * how often rows were mended that events had been missing from; an answer about now says
 * besides up to when its hosts were heard, which goes on without any position.
 */
@Component
class Tags {
    private static final String NOW = "SELECT fold, revision, " + StateToken.COLUMNS + ","
            + " (SELECT coalesce(bit_xor(hash_record_extended(w, 0)), 0) FROM host_heard w) AS heard"
            + " FROM projection LEFT JOIN " + StateToken.ROW + " ON true";

    private final StateToken token;
    private final Sets sets;
    private final JdbcClient jdbc;

    Tags(StateToken token, Sets sets, JdbcClient jdbc) {
        this.token = token;
        this.sets = sets;
        this.jdbc = jdbc;
    }

    /** As it would be answered from now on. */
    Tag of(When when, String address) {
        if (when.pinned()) {
            Sets.Stand stand = sets.stand();
            return Tag.pinned(stand.fold(), stand.revision(), address);
        }
        return jdbc.sql(NOW)
                .query((row, number) -> Tag.of(
                        row.getInt("fold"), row.getLong("revision"), token.told(row), row.getLong("heard"), address))
                .single();
    }
}

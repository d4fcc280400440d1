package io.iommuledger.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.iommuledger.db.EventLog;
import io.iommuledger.db.horizon.Horizons;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.Scope;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.replay.History;
import io.iommuledger.lifecycle.replay.Playhead;
import io.iommuledger.lifecycle.replay.World;
import io.iommuledger.protocol.Sha256;
import io.iommuledger.query.replay.LogHistory;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** A replay plays for a login that may look at the log and do nothing else. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class ReplayReadsOnlyTest {
    private static final Scope SCOPE =
            new Scope(new TreeSet<>(List.of(new HostId("looked-at"))), Optional.empty(), Optional.empty());

    private final Log log;
    private final EventLog events;
    private final TestDatabase database;

    ReplayReadsOnlyTest(@Autowired Log log, @Autowired EventLog events, @Autowired TestDatabase database) {
        this.log = log;
        this.events = events;
        this.database = database;
    }

    private static World world() {
        return new World(SCOPE, Sha256::hex);
    }

    @Test
    void needsNoMoreThanToLookAtTheLog() throws SQLException, IOException {
        Log.Agent agent = log.agent("looked-at", 1);
        Facts.prepare(agent, Facts.BOOT);
        long end = Facts.mapBar(agent, 1, IovaRange.ofSize(0x1000, 0x1000));
        database.asOwner("CREATE ROLE onlooker LOGIN PASSWORD 'onlooker'");
        database.asOwner("GRANT SELECT ON event_log, horizon TO onlooker");
        JdbcClient looking =
                JdbcClient.create(new DriverManagerDataSource(database.address().url(), "onlooker", "onlooker"));
        assertThatThrownBy(() ->
                        looking.sql("UPDATE host_heard SET next_sequence = 0").update())
                .isInstanceOf(DataAccessException.class)
                .rootCause()
                .hasMessageContaining("permission denied");
        History history = new LogHistory(new EventLog(looking), new Horizons(looking, new EventLog(looking)), SCOPE);
        Playhead head = Playhead.at(history, world(), Optional.empty(), 0, end, 10_000);
        head.seek(end);
        head.back();
        head.forward();
        assertThat(head.world().zombies()).isEmpty();
        assertThat(head.world().hash()).hasSize(64);
        Playhead.at(history, world(), Optional.of(Policies.DEFAULT), 0, end, 10_000)
                .seek(end);
        assertThat(events.head()).isEqualTo(end);
    }
}

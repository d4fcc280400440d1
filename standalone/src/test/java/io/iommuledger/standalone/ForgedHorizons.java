package io.iommuledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.verify.check.Evidence;
import io.iommuledger.verify.check.Report;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.Callable;

/** What a superuser can make of the horizon that all folds go on from. */
final class ForgedHorizons {
    private static final String ANOTHER = "'00000000-0000-0000-0000-000000000001'";
    private static final List<String> ALL = List.of(
            "UPDATE horizon SET event = 1000000000",
            "UPDATE horizon SET event = event - 1",
            "UPDATE horizon SET rule = 'another'",
            "UPDATE horizon SET fold = fold + 1",
            "UPDATE horizon SET parts = parts + 1",
            "UPDATE horizon SET removal = event",
            "INSERT INTO horizon_state (snapshot, part, position, host, of_rows, content) SELECT " + ANOTHER
                    + ", part, position, host, of_rows, set_byte(content, 5, 1) FROM horizon_state;"
                    + "UPDATE horizon SET snapshot = " + ANOTHER,
            "UPDATE horizon_state SET host = 'another'",
            "UPDATE horizon_state SET position = position - 1",
            "UPDATE horizon_state SET of_rows = NOT of_rows",
            "ALTER TABLE horizon_state ALTER of_rows DROP NOT NULL; UPDATE horizon_state SET of_rows = NULL",
            "UPDATE horizon_state SET content = set_byte(content, 20, (get_byte(content, 20) + 1) % 256)");

    private ForgedHorizons() {}

    /** Each by itself, and undone again. */
    static void areFound(Connection superuser, Callable<Report> verified) throws Exception {
        try (Statement statement = superuser.createStatement()) {
            statement.execute("SET session_replication_role = replica");
            for (String table : List.of("horizon", "horizon_state")) {
                statement.execute("CREATE TABLE kept_" + table + " AS SELECT * FROM " + table);
            }
            for (String forged : ALL) {
                statement.execute(forged);
                assertThat(verified.call().findings())
                        .as(forged)
                        .isNotEmpty()
                        .allSatisfy(finding -> assertThat(finding.evidence()).isEqualTo(Evidence.REMOVAL));
                restore(statement);
            }
            assertThat(verified.call().findings()).isEmpty();
        }
    }

    /** Before the first one. */
    static void addAPart(Connection superuser) throws SQLException {
        try (Statement statement = superuser.createStatement()) {
            statement.execute("ALTER TABLE horizon_state DROP CONSTRAINT horizon_state_part");
            statement.execute(
                    "INSERT INTO horizon_state (snapshot, part, position, host, of_rows, content)"
                            + " SELECT snapshot, -1, position, host, of_rows, content FROM horizon_state WHERE of_rows LIMIT 1");
        }
    }

    private static void restore(Statement statement) throws SQLException {
        for (String table : List.of("horizon", "horizon_state")) {
            statement.execute("DELETE FROM " + table);
            statement.execute("INSERT INTO " + table + " SELECT * FROM kept_" + table);
        }
    }
}

package io.iommuledger.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** That what is measured stands in the tables as if the product had written it. */
class StoredHistoryTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final String TABLES = """
            SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
                AND (relname LIKE '%_interval' OR relname IN ('event', 'fact_time', 'fact_gap', 'finding', 'dma_fault'))
            """;
    private static final String INDEXES = """
            SELECT pg_get_indexdef(indexrelid) FROM pg_index
                WHERE indrelid IN ('mapping_interval'::regclass, 'fact_time'::regclass, 'event'::regclass)
                ORDER BY indrelid::regclass::text, indexrelid
            """;
    private static final int HOSTS = 2;
    private static final int FACTS = 501;

    @Test
    void theProjectionMakesTheSameRowsOfTheSameLog() throws Exception {
        try (Store store = Store.start(ROOT)) {
            String indexes = text(store, INDEXES);
            StoredHistory history =
                    new StoredHistory(HOSTS, MapHistory.Shape.reusing(3, 5), StoredHistory.Extent.LOG_AND_ROWS);
            history.fill(store, FACTS, told -> {});
            Map<String, String> filled = contents(store);
            assertThat(store.count("event")).isEqualTo(history.facts()).isGreaterThan(FACTS);
            assertThat(store.count("mapping_interval WHERE end_position IS NULL"))
                    .isGreaterThan(HOSTS * 3 * 4);

            CatchUp.clear(store);
            try (QueryService query = QueryService.start(store);
                    Client client = new Client(query.api())) {
                client.ask("hosts?wait=" + history.facts());
            }
            assertThat(contents(store)).isEqualTo(filled);
            assertThat(text(store, INDEXES)).as("in their order").isEqualTo(indexes);
        }
    }

    private static Map<String, String> contents(Store store) throws SQLException {
        Map<String, String> contents = new LinkedHashMap<>();
        for (String table : text(store, TABLES).lines().toList()) {
            contents.put(table, text(store, "SELECT t::text AS line FROM " + table + " t ORDER BY line"));
        }
        return contents;
    }

    private static String text(Store store, String query) throws SQLException {
        StringBuilder lines = new StringBuilder();
        try (Connection connection = store.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                lines.append(row.getString(1)).append('\n');
            }
        }
        return lines.toString();
    }
}

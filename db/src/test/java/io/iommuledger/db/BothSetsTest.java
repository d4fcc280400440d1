package io.iommuledger.db;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The two sets of the projection's tables differ in nothing: whoever migrates the one migrates the other. */
class BothSetsTest {
    private static final String COLUMNS = """
            SELECT table_name || '.' || column_name || ' ' || ordinal_position || ' ' || data_type || ' ' || is_nullable
                    || ' ' || coalesce(column_default, '') || ' ' || coalesce(generation_expression, '')
                FROM information_schema.columns WHERE table_schema = ? AND table_name IN (
                    SELECT relname FROM pg_class WHERE relnamespace = 'projection_b'::regnamespace AND relkind = 'r')
                ORDER BY 1
            """;
    private static final String INDEXES = """
            SELECT replace(indexdef, ' ON ' || schemaname || '.', ' ON ') FROM pg_indexes
                WHERE schemaname = ? AND tablename IN (
                    SELECT relname FROM pg_class WHERE relnamespace = 'projection_b'::regnamespace AND relkind = 'r')
                ORDER BY tablename, (schemaname || '.' || indexname)::regclass::oid
            """;
    private static final String CONSTRAINTS = """
            SELECT c.relname || ' ' || conname || ' ' || pg_get_constraintdef(k.oid)
                FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE k.connamespace = ?::regnamespace AND k.contype <> 'n'
                AND c.relname IN (
                    SELECT relname FROM pg_class WHERE relnamespace = 'projection_b'::regnamespace AND relkind = 'r')
                ORDER BY 1
            """;

    @Test
    void areAlike(@TempDir Path directory) throws Exception {
        try (EmbeddedServer server = EmbeddedServer.start(directory);
                HikariDataSource pool = Database.open(server.address())) {
            JdbcClient jdbc = JdbcClient.create(pool);
            for (String question : List.of(COLUMNS, INDEXES, CONSTRAINTS)) {
                assertThat(of(jdbc, question, "projection_b"))
                        .isNotEmpty()
                        .containsExactlyElementsOf(of(jdbc, question, "public"));
            }
        }
    }

    private static List<String> of(JdbcClient jdbc, String question, String schema) {
        return jdbc.sql(question)
                .param(schema)
                .query((row, number) -> row.getString(1))
                .list();
    }
}

package io.iommuledger.db.tree;

import io.iommuledger.proof.Hash;
import io.iommuledger.proof.Proofs;
import io.iommuledger.proof.Tile;
import io.iommuledger.proof.TileSource;
import io.iommuledger.proof.TreeDamaged;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads the tree and its checkpoints. */
@Component
public class TreeLog implements TileSource {
    private static final String CHECKPOINT =
            "SELECT size, root, note || cosignatures AS note, signed_at FROM checkpoint ";

    private final JdbcClient jdbc;

    /**
     * How the tree stands.
     *
     * @param size    leaves
     * @param problem why no checkpoint is signed; empty if they are
     */
    public record State(long size, Optional<String> origin, Optional<String> problem, Optional<Instant> problemSince) {}

    /**
     * A key that signs checkpoints, or did.
     *
     * @param firstSize of the first one that it signed
     */
    public record LogKey(String key, long firstSize) {}

    /**
     * Where checkpoints are sent.
     *
     * @param key     that its answers are checked with
     * @param size    of the last checkpoint that it took
     * @param problem what came of the last attempt; empty if it took the checkpoint
     */
    public record Witness(
            String url,
            Optional<String> key,
            long size,
            Optional<Instant> answeredAt,
            Optional<String> problem,
            Instant askedAt) {}

    public TreeLog(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    public State state() {
        return jdbc.sql("SELECT size, origin, problem, problem_since FROM tree")
                .query((row, number) -> new State(
                        row.getLong("size"),
                        Optional.ofNullable(row.getString("origin")),
                        Optional.ofNullable(row.getString("problem")),
                        instant(row, "problem_since")))
                .single();
    }

    @Override
    public byte[] hashes(Tile tile) {
        return jdbc.sql("SELECT hashes FROM tree_tile WHERE level = :level AND index = :index")
                .param("level", tile.level())
                .param("index", tile.index())
                .query((row, number) -> row.getBytes(1))
                .optional()
                .orElseThrow(() -> new TreeDamaged("tile " + tile.path() + " of the tree is not there"));
    }

    /** Proofs in the tree of a size, which it had or has. */
    public Proofs proofs(long size) {
        return new Proofs(size, this);
    }

    public Optional<SignedCheckpoint> newest() {
        return jdbc.sql(CHECKPOINT + "ORDER BY size DESC LIMIT 1")
                .query(TreeLog::checkpoint)
                .optional();
    }

    public Optional<SignedCheckpoint> ofSize(long size) {
        return jdbc.sql(CHECKPOINT + "WHERE size = :size")
                .param("size", size)
                .query(TreeLog::checkpoint)
                .optional();
    }

    /** The first ones above a size, at most as many. */
    public List<SignedCheckpoint> above(long size, int most) {
        return jdbc.sql(CHECKPOINT + "WHERE size > :size ORDER BY size LIMIT :most")
                .param("size", size)
                .param("most", most)
                .query(TreeLog::checkpoint)
                .list();
    }

    public List<LogKey> keys() {
        return jdbc.sql("SELECT key, first_size FROM log_key ORDER BY first_size, key")
                .query((row, number) -> new LogKey(row.getString(1), row.getLong(2)))
                .list();
    }

    public List<Witness> witnesses() {
        return jdbc.sql("SELECT url, key, size, answered_at, problem, asked_at FROM witness ORDER BY url")
                .query((row, number) -> new Witness(
                        row.getString("url"),
                        Optional.ofNullable(row.getString("key")),
                        row.getLong("size"),
                        instant(row, "answered_at"),
                        Optional.ofNullable(row.getString("problem")),
                        instant(row, "asked_at").orElseThrow()))
                .list();
    }

    private static SignedCheckpoint checkpoint(ResultSet row, int number) throws SQLException {
        return new SignedCheckpoint(
                row.getLong("size"),
                Hash.of(row.getBytes("root")),
                row.getString("note"),
                instant(row, "signed_at").orElseThrow());
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
    }
}

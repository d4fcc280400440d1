package io.iommuledger.db.tree;

import io.iommuledger.proof.GrowingTree.Filled;
import io.iommuledger.proof.Hash;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.PreparedStatementCallback;

/** Writes the tree and what is signed of it, each in a transaction of its own, through functions of the owner's. */
public final class TreeRows {
    private final JdbcTemplate jdbc;

    public TreeRows(DataSource dataSource) {
        this.jdbc = new JdbcTemplate(dataSource);
    }

    /** @throws org.springframework.dao.DataAccessException if the term is over, or the tree is not of the size any more */
    void grow(long term, long from, long to, List<Filled> tiles) {
        call("SELECT grow_tree(?, ?, ?, ?, ?, ?)", statement -> {
            statement.setLong(1, term);
            statement.setLong(2, from);
            statement.setLong(3, to);
            statement.setObject(
                    4, tiles.stream().mapToInt(each -> each.tile().level()).toArray());
            statement.setObject(
                    5, tiles.stream().mapToLong(each -> each.tile().index()).toArray());
            byte[][] hashes = tiles.stream().map(Filled::hashes).toArray(byte[][]::new);
            statement.setArray(6, statement.getConnection().createArrayOf("bytea", hashes));
            return statement.execute();
        });
    }

    /** @return what the log is called, whatever was proposed */
    public String nameLog(String candidate) {
        return Optional.ofNullable(jdbc.queryForObject("SELECT name_log(?)", String.class, candidate))
                .orElse(candidate);
    }

    /** @throws org.springframework.dao.DataAccessException if the term is over, or it does not follow the last one */
    public void keepCheckpoint(long term, long size, Hash root, String key, String note) {
        call("SELECT keep_checkpoint(?, ?, ?, ?, ?)", statement -> {
            statement.setLong(1, term);
            statement.setLong(2, size);
            statement.setBytes(3, root.bytes());
            statement.setString(4, key);
            statement.setString(5, note);
            return statement.execute();
        });
    }

    public void noteProblem(long term, String what) {
        call("SELECT note_tree_problem(?, ?)", statement -> {
            statement.setLong(1, term);
            statement.setString(2, what);
            return statement.execute();
        });
    }

    /** @param lines the cosignatures that were checked, each with its newline */
    public void witnessTook(String url, Optional<String> key, long size, String lines) {
        jdbc.queryForList("SELECT note_witness(?, ?, ?, ?, NULL)", url, key.orElse(null), size, lines);
    }

    public void witnessFailed(String url, Optional<String> key, String problem) {
        jdbc.queryForList("SELECT note_witness(?, ?, NULL, '', ?)", url, key.orElse(null), problem);
    }

    private void call(String function, PreparedStatementCallback<Boolean> with) {
        jdbc.execute(function, with);
    }
}

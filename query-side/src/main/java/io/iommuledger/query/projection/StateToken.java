package io.iommuledger.query.projection;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.SimpleSerializedObject;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The projection's token, which is written with its rows. */
@Component
public class StateToken {
    /** Its row, for a query that takes it with others; there is none before the projection ran. */
    public static final String ROW = "(SELECT token, token_type, a.last AS access_last, a.before AS access_before"
            + " FROM token_entry, trailing_access a WHERE processor_name = '" + StateProjection.NAME
            + "' AND segment = 0) AS state_token";

    /** What a query selects of it for {@link #position(ResultSet)} and {@link #told(ResultSet)}. */
    public static final String COLUMNS = "token, token_type, access_last, access_before";

    private final JdbcClient jdbc;
    private final Serializer tokens;

    StateToken(JdbcClient jdbc, Serializer tokenSerializer) {
        this.jdbc = jdbc;
        this.tokens = tokenSerializer;
    }

    /**
     * The position that the rows stand at, as the current transaction sees it; -1 before the first event.
     */
    public long position() {
        return position(current());
    }

    /**
     * Position of the newest record in the rows that is more than that somebody read; -1 before the first. It is what an answer
     * about state is told to be as of: it would else be another one after each question.
     */
    public long told() {
        return jdbc.sql("SELECT " + COLUMNS + " FROM " + ROW)
                .query((row, number) -> told(row))
                .optional()
                .orElse(-1L);
    }

    /** As {@link #told()}, of a query that has selected {@link #COLUMNS}. */
    public long told(ResultSet row) throws SQLException {
        long position = position(row);
        return position == row.getLong("access_last") ? row.getLong("access_before") : position;
    }

    /** Empty before the first event. */
    Optional<TrackingToken> current() {
        return jdbc.sql("SELECT token, token_type FROM " + ROW)
                .query((row, number) -> of(row))
                .optional()
                .flatMap(Function.identity());
    }

    /** Where rows stand of which a query has selected {@code token} and {@code token_type} from {@link #ROW}. */
    public long position(ResultSet row) throws SQLException {
        return position(of(row));
    }

    private static long position(Optional<TrackingToken> token) {
        return token.map(TrackingToken::position)
                .filter(OptionalLong::isPresent)
                .map(OptionalLong::getAsLong)
                .orElse(-1L);
    }

    private Optional<TrackingToken> of(ResultSet row) throws SQLException {
        String type = row.getString("token_type");
        return Optional.ofNullable(row.getBytes("token")).map(bytes -> deserialized(bytes, type));
    }

    private TrackingToken deserialized(byte[] bytes, String type) {
        return tokens.<byte[], TrackingToken>deserialize(new SimpleSerializedObject<>(bytes, byte[].class, type, null));
    }
}

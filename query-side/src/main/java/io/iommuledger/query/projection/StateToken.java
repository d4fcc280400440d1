package io.iommuledger.query.projection;

import java.util.Optional;
import java.util.OptionalLong;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.SimpleSerializedObject;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The projection's token, which is written with its rows. */
@Component
public class StateToken {
    private final JdbcClient jdbc;
    private final Serializer tokens;

    private record Stored(Optional<byte[]> bytes, String type) {}

    StateToken(JdbcClient jdbc, Serializer tokenSerializer) {
        this.jdbc = jdbc;
        this.tokens = tokenSerializer;
    }

    /**
     * The position that the rows stand at, as the current transaction sees it; -1 before the first event.
     */
    public long position() {
        return current()
                .map(TrackingToken::position)
                .filter(OptionalLong::isPresent)
                .map(OptionalLong::getAsLong)
                .orElse(-1L);
    }

    /** Empty before the first event. */
    Optional<TrackingToken> current() {
        return jdbc.sql("SELECT token, token_type FROM token_entry WHERE processor_name = :name AND segment = 0")
                .param("name", StateProjection.NAME)
                .query((row, number) ->
                        new Stored(Optional.ofNullable(row.getBytes("token")), row.getString("token_type")))
                .optional()
                .flatMap(stored -> stored.bytes().map(bytes -> deserialized(bytes, stored.type())));
    }

    private TrackingToken deserialized(byte[] bytes, String type) {
        return tokens.<byte[], TrackingToken>deserialize(new SimpleSerializedObject<>(bytes, byte[].class, type, null));
    }
}

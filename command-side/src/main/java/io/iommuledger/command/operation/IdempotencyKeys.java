package io.iommuledger.command.operation;

import io.iommuledger.web.Problem;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Which operation each key stands for. */
@Component
class IdempotencyKeys {
    private final JdbcClient jdbc;

    @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
    private record Claim(UUID operation, byte[] request) {}

    IdempotencyKeys(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * The operation that it stands for, if it was used before.
     *
     * @throws Problem if that was for another request
     */
    Optional<UUID> find(IdempotencyKey key) {
        Optional<Claim> claim = jdbc.sql(
                        "SELECT operation, request FROM idempotency_key WHERE principal = :principal AND key = :key")
                .param("principal", key.principal())
                .param("key", key.key())
                .query((row, number) -> new Claim(row.getObject("operation", UUID.class), row.getBytes("request")))
                .optional();
        claim.filter(found -> !Arrays.equals(found.request(), key.request())).ifPresent(other -> {
            throw new Problem(
                            HttpStatus.UNPROCESSABLE_CONTENT,
                            "idempotency-key-reused",
                            "The key stands for another request",
                            IdempotencyKey.HEADER + " is '" + key.key() + "', which stands for operation "
                                    + other.operation()
                                    + "; nothing was done. Give every request a key of its own")
                    .with("operation", other.operation());
        });
        return claim.map(Claim::operation);
    }

    /** Whether it stands for the operation from now on; not if somebody was faster. */
    boolean claim(IdempotencyKey key, UUID operation) {
        jdbc.sql("DELETE FROM idempotency_key WHERE claimed_at < now() - interval '7 days'")
                .update();
        return jdbc.sql("INSERT INTO idempotency_key (principal, key, request, operation)"
                                + " VALUES (:principal, :key, :request, :operation) ON CONFLICT DO NOTHING")
                        .param("principal", key.principal())
                        .param("key", key.key())
                        .param("request", key.request())
                        .param("operation", operation)
                        .update()
                == 1;
    }
}

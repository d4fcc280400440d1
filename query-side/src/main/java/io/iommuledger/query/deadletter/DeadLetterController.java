package io.iommuledger.query.deadletter;

import io.iommuledger.lifecycle.operation.OperationEvent;
import io.iommuledger.query.position.Bases;
import io.iommuledger.query.projection.Retries;
import io.iommuledger.query.projection.Sets;
import io.iommuledger.query.projection.StateToken;
import io.iommuledger.web.Body;
import io.iommuledger.web.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code dead-letters}: events that the rows are without, as they stand now. */
@RestController
class DeadLetterController {
    private static final String PATH = "/api/v1/dead-letters";
    private static final int MOST = 1_000;
    private static final String SELECT = """
            SELECT p.sequence, p.position, p.host, p.reason, p.tries, p.parked_at, l.stream, l.sequence AS number, l.type,
                (SELECT count(*) FROM parked_event b WHERE b.sequence = p.sequence) AS events
            FROM parked_event p JOIN event_log l ON l.position = p.position
            WHERE p.reason IS NOT NULL ORDER BY p.position LIMIT
            """ + (MOST + 1);

    private final Sets sets;
    private final Retries retries;
    private final StateToken token;
    private final Bases bases;
    private final JdbcClient jdbc;

    /**
     * An event that cannot be taken, and what waits behind it.
     *
     * @param id       the host whose facts wait, or the operation of which it is not known who asked
     * @param host     whom it is about; absent if that cannot be seen
     * @param position of the event
     * @param sequence its number in its stream
     * @param events   it, and those that wait behind it
     */
    record DeadLetter(
            String id,
            Optional<String> host,
            long position,
            String stream,
            long sequence,
            String type,
            String reason,
            int tries,
            Instant parkedAt,
            long events) {}

    record DeadLetters(long position, List<String> taintedHosts, boolean truncated, List<DeadLetter> deadLetters) {}

    /**
     * What became of trying it again.
     *
     * @param position at which the rows stand
     * @param taken  events that the rows have now
     * @param left   events that still wait
     * @param reason why, if any do
     */
    record Retried(String id, long position, long taken, long left, Optional<String> reason) {}

    DeadLetterController(Sets sets, Retries retries, StateToken token, Bases bases, JdbcClient jdbc) {
        this.sets = sets;
        this.retries = retries;
        this.token = token;
        this.bases = bases;
        this.jdbc = jdbc;
    }

    @GetMapping(PATH)
    DeadLetters list() {
        return sets.read(rows -> {
            List<DeadLetter> found =
                    jdbc.sql(SELECT).query(DeadLetterController::letter).list();
            return new DeadLetters(
                    Math.max(0, rows.position()),
                    bases.taintedHosts(Optional.empty()),
                    found.size() > MOST,
                    found.stream().limit(MOST).toList());
        });
    }

    @PostMapping(PATH + "/{letter}/retries")
    Retried retry(@PathVariable String letter, HttpServletRequest request) {
        Body.none(request);
        try {
            return Stream.of("host/", OperationEvent.STREAM)
                    .flatMap(kind -> retries.run(kind + letter).stream())
                    .findFirst()
                    .map(outcome -> new Retried(
                            letter, Math.max(0, token.position()), outcome.taken(), outcome.left(), outcome.reason()))
                    .orElseThrow(() -> Problem.notFound("dead letter", letter, "GET " + PATH + " lists them"));
        } catch (Retries.OtherFold other) {
            throw Problem.unavailable(
                    "projection-behind",
                    other.getMessage() + "; a rebuild makes them anew, GET /api/v1/projection says how far it is");
        }
    }

    private static DeadLetter letter(ResultSet row, int number) throws SQLException {
        String sequence = row.getString("sequence");
        return new DeadLetter(
                sequence.substring(sequence.indexOf('/') + 1),
                Optional.of(row.getString("host")).filter(host -> !host.isEmpty()),
                row.getLong("position"),
                row.getString("stream"),
                row.getLong("number"),
                row.getString("type"),
                row.getString("reason"),
                row.getInt("tries"),
                row.getObject("parked_at", OffsetDateTime.class).toInstant(),
                row.getLong("events"));
    }
}

package io.iommuledger.query.access;

import io.iommuledger.db.EventLog;
import io.iommuledger.lifecycle.access.AccessRead;
import io.iommuledger.protocol.AccessCodec;
import io.iommuledger.protocol.MalformedRecord;
import io.iommuledger.query.form.Parameters;
import io.iommuledger.query.position.Bases;
import io.iommuledger.query.position.Snapshots;
import io.iommuledger.web.Problem;
import io.iommuledger.web.Times;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET accesses}: who asked for what, newest first, also where reads are not recorded any more. */
@RestController
class AccessListController {
    private static final int USUAL = 100;
    private static final int MOST = 1_000;
    private static final int AT_ONCE = 1_000;

    /** Records that one request looks through: whom it asks for is found in them only when they are decoded. */
    private static final int MOST_LOOKED_THROUGH = 20_000;

    private final Snapshots snapshots;
    private final Bases bases;
    private final JdbcClient jdbc;

    /**
     * Part of the accesses.
     *
     * @param position end of the log
     * @param next     what to pass as {@code cursor} for those before, of which there may be none
     */
    record Accesses(
            long position,
            List<String> taintedHosts,
            boolean truncated,
            Optional<String> next,
            List<AccessAnswer> accesses) {}

    private record Wanted(Optional<String> principal, long sinceNanos, int limit) {}

    AccessListController(Snapshots snapshots, Bases bases, JdbcClient jdbc) {
        this.snapshots = snapshots;
        this.bases = bases;
        this.jdbc = jdbc;
    }

    @GetMapping("/api/v1/accesses")
    Accesses list(
            @RequestParam Optional<String> principal,
            @RequestParam Optional<String> since,
            @RequestParam Optional<String> wait,
            @RequestParam Optional<String> limit,
            @RequestParam Optional<String> cursor) {
        Wanted wanted = new Wanted(
                principal.map(text -> Parameters.text("principal", text)),
                since.map(AccessListController::instant).orElse(Long.MIN_VALUE),
                Parameters.limit(limit, USUAL, MOST));
        Optional<Long> below = cursor.map(text -> Parameters.natural("cursor", text));
        return snapshots.ofLog(wait, head -> {
            List<AccessAnswer> found = new ArrayList<>();
            Optional<String> next = look(below.orElse(head + 1), wanted, found).map(Object::toString);
            return new Accesses(head, bases.taintedHosts(Optional.empty()), next.isPresent(), next, found);
        });
    }

    /** @return where to go on, if there may be more */
    private Optional<Long> look(long below, Wanted wanted, List<AccessAnswer> found) {
        long from = below;
        for (int looked = 0; looked < MOST_LOOKED_THROUGH; looked += AT_ONCE) {
            List<EventLog.Entry> page = before(from);
            for (EventLog.Entry entry : page) {
                if (found.size() == wanted.limit()) {
                    return Optional.of(from);
                }
                from = entry.position();
                take(entry, wanted, found);
            }
            // Clocks of command sides differ by little: behind so many that are older there is none that is not.
            boolean allOlder = page.stream().allMatch(entry -> entry.storedAtNanos() < wanted.sinceNanos());
            if (page.size() < AT_ONCE || allOlder) {
                return Optional.empty();
            }
        }
        return Optional.of(from);
    }

    private List<EventLog.Entry> before(long position) {
        return jdbc.sql(EventLog.ACCESSES + "AND position < :below ORDER BY position DESC LIMIT :most")
                .param("below", position)
                .param("most", AT_ONCE)
                .query(EventLog.ENTRY)
                .list();
    }

    private static void take(EventLog.Entry entry, Wanted wanted, List<AccessAnswer> found) {
        if (entry.storedAtNanos() < wanted.sinceNanos()) {
            return;
        }
        try {
            if (AccessCodec.decode(entry.payload()) instanceof AccessRead read
                    && wanted.principal().map(read.principal()::equals).orElse(true)) {
                found.add(new AccessAnswer(
                        entry.position(),
                        Times.rfc3339(read.atNanos()),
                        Times.rfc3339(entry.storedAtNanos()),
                        read.instance(),
                        read.principal(),
                        read.method(),
                        read.kind(),
                        read.target(),
                        read.position()));
            }
        } catch (MalformedRecord newer) {
            // GET events says that it is there.
        }
    }

    private static long instant(String text) {
        return Times.nanos(text)
                .orElseThrow(() -> Problem.badField(
                        "since", text, "an instant of RFC 3339, for example 2026-11-25T03:14:07.250Z"));
    }
}

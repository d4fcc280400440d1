package io.iommuledger.query.audit;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.query.form.Parameters;
import io.iommuledger.query.position.Bases;
import io.iommuledger.query.position.Snapshots;
import io.iommuledger.query.projection.StateToken;
import io.iommuledger.web.Problem;
import io.iommuledger.web.access.HeadBefore;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET events}. */
@RestController
class EventListController {
    private static final int USUAL = 100;
    private static final int MOST = 1_000;

    private final Snapshots snapshots;
    private final Bases bases;
    private final LogQueries log;
    private final StateToken token;

    /**
     * A page of the log.
     *
     * @param position end of the log, up to which it was looked through
     * @param next     what to pass as {@code after} for the next page
     */
    record Events(long position, long next, List<String> taintedHosts, List<EventAnswer> events) {}

    EventListController(Snapshots snapshots, Bases bases, LogQueries log, StateToken token) {
        this.snapshots = snapshots;
        this.bases = bases;
        this.log = log;
        this.token = token;
    }

    @GetMapping("/api/v1/events")
    Events list(
            @RequestParam(defaultValue = "0") String after,
            @RequestParam Optional<String> host,
            @RequestParam Optional<String> type,
            @RequestParam Optional<String> limit,
            @RequestParam Optional<String> wait) {
        Optional<HostId> hostId = host.map(Parameters::host);
        Optional<String> kind = type.map(Parameters::eventType);
        int most = Parameters.limit(limit, USUAL, MOST);
        return snapshots.ofLog(wait, head -> {
            long end = HeadBefore.within(head, token.told());
            LogQueries.Wanted wanted = new LogQueries.Wanted(after(after, end), end, hostId, kind, most);
            List<EventAnswer> found = log.find(wanted);
            long next = found.size() == most ? found.getLast().position() : end;
            return new Events(end, next, bases.taintedHosts(hostId), found);
        });
    }

    private static long after(String text, long newest) {
        OptionalLong after = Parameters.wholeNumber(text);
        if (after.isEmpty() || after.getAsLong() > newest) {
            throw Problem.badField("after", text, "a position from 0 to " + newest + ", which is the newest")
                    .with("position", newest);
        }
        return after.getAsLong();
    }
}

package io.iommuledger.query.alarm;

import io.iommuledger.db.horizon.Horizon;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.query.form.Parameters;
import io.iommuledger.query.paging.Listing;
import io.iommuledger.query.paging.Page;
import io.iommuledger.query.position.Bases;
import io.iommuledger.query.position.BeforeHorizon;
import io.iommuledger.query.position.Snapshots;
import io.iommuledger.query.position.When;
import io.iommuledger.web.Problem;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET alarms}, newest first: those about who speaks for a host, and those about mappings. */
@RestController
class AlarmListController {
    private static final Comparator<Since> NEWEST_FIRST =
            Comparator.comparingLong(Since::nanos).reversed();

    private final Snapshots snapshots;
    private final Bases bases;
    private final EnrolmentAlarms enrolments;
    private final LostMappings mappings;
    private final BeforeHorizon horizon;

    /**
     * Part of the alarms.
     *
     * @param position         up to which the log was looked through for those about who speaks for a host
     * @param mappingsPosition up to which all facts are in those about mappings
     * @param sinceHorizon     position of the horizon, if ended ones were asked for: those about mappings that ended before it
     *                         are not known
     */
    record Alarms(
            long position,
            long mappingsPosition,
            List<String> taintedHosts,
            boolean truncated,
            Optional<String> next,
            Optional<Long> sinceHorizon,
            List<AlarmAnswer> alarms) {}

    private record Standing(long position, List<Since> alarms) {}

    AlarmListController(
            Snapshots snapshots,
            Bases bases,
            EnrolmentAlarms enrolments,
            LostMappings mappings,
            BeforeHorizon horizon) {
        this.horizon = horizon;
        this.snapshots = snapshots;
        this.bases = bases;
        this.enrolments = enrolments;
        this.mappings = mappings;
    }

    @GetMapping("/api/v1/alarms")
    Alarms list(
            @RequestParam Optional<String> host,
            @RequestParam(defaultValue = "open") String state,
            @RequestParam Optional<String> at,
            @RequestParam Optional<String> wait,
            @RequestParam Optional<String> limit,
            @RequestParam Optional<String> cursor) {
        at.ifPresent(AlarmListController::refuse);
        Optional<HostId> wanted = host.map(Parameters::host);
        boolean all = Parameters.choice("state", state, "open", "all").equals("all");
        Page page = Page.parse(new When(Optional.empty(), Optional.empty(), wait), limit, cursor);
        Standing lost = snapshots.ofHosts(
                page.when(),
                Optional.empty(),
                standpoint -> new Standing(standpoint.known(), mappings.at(standpoint, wanted, all)));
        return snapshots.ofLog(wait, head -> {
            long position = page.when()
                    .known()
                    .map(text -> Parameters.natural("cursor", text))
                    .orElse(head);
            List<Since> every = Stream.concat(enrolments.upTo(position, wanted, all).stream(), lost.alarms().stream())
                    .sorted(NEWEST_FIRST)
                    .toList();
            Listing<Since> found = page.list(
                    every, lost.position(), position, one -> one.alarm().id());
            return new Alarms(
                    position,
                    lost.position(),
                    bases.taintedHosts(wanted),
                    found.truncated(),
                    found.next(),
                    all ? horizon.horizon().map(Horizon::position) : Optional.empty(),
                    found.elements().stream().map(Since::alarm).toList());
        });
    }

    /** How often an alarm was seen is counted, not recorded, so no answer about the past would stay the same. */
    private static void refuse(String at) {
        throw Problem.badField(
                "at", at, "nothing: alarms are as they stand now; GET /api/v1/events has when each came and went");
    }
}

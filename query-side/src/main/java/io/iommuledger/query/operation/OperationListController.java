package io.iommuledger.query.operation;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.query.form.Columns;
import io.iommuledger.query.form.Moment;
import io.iommuledger.query.form.Parameters;
import io.iommuledger.query.paging.Listing;
import io.iommuledger.query.paging.Order;
import io.iommuledger.query.paging.Page;
import io.iommuledger.query.position.Bases;
import io.iommuledger.query.position.Snapshots;
import io.iommuledger.query.position.Standpoint;
import io.iommuledger.query.position.When;
import io.iommuledger.web.Problem;
import io.iommuledger.web.Times;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET operations}: what was asked of agents, newest first, with what came of it so far. */
@RestController
class OperationListController {
    private static final Order NEWEST_FIRST = Order.descending(Order.number("position"));

    private final Snapshots snapshots;
    private final Bases bases;
    private final JdbcClient jdbc;

    /**
     * Part of the operations.
     *
     * @param position up to which there are any
     */
    record Operations(
            long position,
            List<String> taintedHosts,
            boolean truncated,
            Optional<String> next,
            List<OperationAnswer> operations) {}

    OperationListController(Snapshots snapshots, Bases bases, JdbcClient jdbc) {
        this.snapshots = snapshots;
        this.bases = bases;
        this.jdbc = jdbc;
    }

    @GetMapping("/api/v1/operations")
    Operations list(
            @RequestParam Optional<String> host,
            @RequestParam Optional<String> state,
            @RequestParam Optional<String> since,
            @RequestParam Optional<String> principal,
            @RequestParam Optional<String> wait,
            @RequestParam Optional<String> limit,
            @RequestParam Optional<String> cursor) {
        Optional<HostId> id = host.map(Parameters::host);
        Map<String, Object> wanted = new HashMap<>();
        id.ifPresent(of -> wanted.put("host", of.value()));
        state.ifPresent(text ->
                wanted.put("outcome", Parameters.choice("state", text, "pending", "succeeded", "refused", "unknown")));
        since.ifPresent(text -> wanted.put("since", instant(text)));
        principal.ifPresent(text -> wanted.put("principal", Parameters.text("principal", text)));
        Page page = Page.parse(new When(Optional.empty(), Optional.empty(), wait), limit, cursor);
        return snapshots.ofHosts(page.when(), id, standpoint -> {
            Listing<OperationAnswer> found = find(standpoint, wanted, page);
            return new Operations(
                    standpoint.known(), bases.taintedHosts(id), found.truncated(), found.next(), found.elements());
        });
    }

    private Listing<OperationAnswer> find(Standpoint standpoint, Map<String, Object> wanted, Page page) {
        String sql = "SELECT o.* FROM requested_operation o WHERE o.position <= :known"
                + (wanted.containsKey("host") ? " AND o.host = :host" : "")
                + (wanted.containsKey("outcome") ? " AND o.outcome = :outcome" : "")
                + (wanted.containsKey("since") ? " AND o.nanos >= :since" : "")
                + (wanted.containsKey("principal") ? " AND o.principal = :principal" : "")
                + " " + Page.AFTER + " " + Page.ORDER;
        return page.list(jdbc, standpoint, sql, NEWEST_FIRST, wanted, (row, number) -> answer(row));
    }

    private static long instant(String text) {
        return Times.nanos(text)
                .orElseThrow(() -> Problem.badField(
                        "since", text, "an instant of RFC 3339, for example 2026-11-25T03:14:07.250Z"));
    }

    private static OperationAnswer answer(ResultSet row) throws SQLException {
        return new OperationAnswer(
                row.getObject("operation", UUID.class),
                row.getString("host"),
                row.getLong("epoch"),
                row.getString("instruction"),
                row.getString("outcome"),
                Moment.of(row.getLong("position"), row.getLong("nanos")),
                Columns.moment(row, "ended_position", "ended_nanos"),
                Columns.number(row, "decided_position"),
                Columns.refused(row),
                Columns.text(row, "reason"),
                row.getString("principal"));
    }
}

package io.iommuledger.query.operation;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.query.form.Columns;
import io.iommuledger.query.form.Moment;
import io.iommuledger.query.form.Parameters;
import io.iommuledger.query.paging.Listing;
import io.iommuledger.query.paging.Order;
import io.iommuledger.query.paging.Page;
import io.iommuledger.query.position.Bases;
import io.iommuledger.query.position.Basis;
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

/** {@code GET operations}: what was asked of agents, newest first, with what had come of it. */
@RestController
class OperationListController {
    private static final Order NEWEST_FIRST = Order.descending(Order.number("position"));

    /** How it ended, from the end that counts there and the one that was unknown before it. */
    private static final String AS_OF = """
            SELECT o.operation, o.host, o.epoch, o.instruction, o.principal, o.position, o.nanos,
                CASE WHEN %1$s THEN o.outcome WHEN %2$s THEN 'unknown' ELSE 'pending' END AS outcome,
                CASE WHEN %1$s THEN o.ended_position WHEN %2$s THEN o.doubted_position END AS ended_position,
                CASE WHEN %1$s THEN o.ended_nanos WHEN %2$s THEN o.doubted_nanos END AS ended_nanos,
                CASE WHEN %1$s THEN o.decided_position END AS decided_position,
                CASE WHEN %1$s THEN o.refused_call END AS refused_call,
                CASE WHEN %1$s THEN o.refused_errno END AS refused_errno,
                CASE WHEN %1$s THEN o.reason WHEN %2$s THEN o.doubted_reason END AS reason
            FROM requested_operation o
            """.formatted(by("ended"), by("doubted"));

    private final Snapshots snapshots;
    private final Bases bases;
    private final JdbcClient jdbc;

    record Operations(
            @JsonUnwrapped Basis basis, boolean truncated, Optional<String> next, List<OperationAnswer> operations) {}

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
            When when,
            @RequestParam Optional<String> limit,
            @RequestParam Optional<String> cursor) {
        Optional<HostId> id = host.map(Parameters::host);
        Map<String, Object> wanted = new HashMap<>();
        id.ifPresent(of -> wanted.put("host", of.value()));
        state.ifPresent(text ->
                wanted.put("outcome", Parameters.choice("state", text, "pending", "succeeded", "refused", "unknown")));
        since.ifPresent(text -> wanted.put("since", instant(text)));
        principal.ifPresent(text -> wanted.put("principal", Parameters.text("principal", text)));
        Page page = Page.parse(when, limit, cursor);
        return snapshots.ofHosts(page.when(), id, standpoint -> {
            Listing<OperationAnswer> found = find(standpoint, wanted, page);
            return new Operations(bases.of(standpoint, id), found.truncated(), found.next(), found.elements());
        });
    }

    private Listing<OperationAnswer> find(Standpoint standpoint, Map<String, Object> wanted, Page page) {
        // By the index of outcomes, where it is that of now that counts.
        String rows = standpoint.newest() ? "requested_operation" : "(" + AS_OF + ")";
        String sql = "SELECT o.* FROM " + rows + " o WHERE o.position <= :known"
                + (standpoint.nanos().isPresent() ? " AND o.nanos <= :instant" : "")
                + (wanted.containsKey("host") ? " AND o.host = :host" : "")
                + (wanted.containsKey("outcome") ? " AND o.outcome = :outcome" : "")
                + (wanted.containsKey("since") ? " AND o.nanos >= :since" : "")
                + (wanted.containsKey("principal") ? " AND o.principal = :principal" : "")
                + " " + Page.AFTER + " " + Page.ORDER;
        Map<String, Object> parameters = new HashMap<>(wanted);
        parameters.put("instant", standpoint.nanos().orElse(Long.MAX_VALUE));
        return page.list(jdbc, standpoint, sql, NEWEST_FIRST, parameters, (row, number) -> answer(row));
    }

    private static String by(String end) {
        return "o.%1$s_position <= :known AND o.%1$s_nanos <= :instant".formatted(end);
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

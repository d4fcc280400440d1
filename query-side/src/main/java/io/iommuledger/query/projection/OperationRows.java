package io.iommuledger.query.projection;

import io.iommuledger.lifecycle.evidence.KernelEvidence;
import io.iommuledger.lifecycle.operation.AgentReason;
import io.iommuledger.lifecycle.operation.KeptRequest;
import io.iommuledger.lifecycle.operation.OperationEnded;
import io.iommuledger.lifecycle.operation.Outcome;
import io.iommuledger.lifecycle.operation.Refusal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcOperations;

/** Rows of {@code requested_operation}: who asked for what, and what came of it. */
final class OperationRows {
    private static final List<Row.Column> COLUMNS = Row.Column.parse("""
            operation uuid, position bigint, nanos bigint, host text, epoch bigint, instruction text, principal text""");

    private static final List<Row.Column> ENDS = Row.Column.parse("""
            operation uuid, outcome text, ended_position bigint, ended_nanos bigint, decided_position bigint,
            refused_call text, refused_errno integer, reason text""");

    private static final List<Row.Column> DOUBTS =
            Row.Column.parse("operation uuid, doubted_position bigint, doubted_nanos bigint, doubted_reason text");

    private final List<Row> rows = new ArrayList<>();
    private final Map<UUID, Row> ends = new LinkedHashMap<>();
    private final List<Row> doubts = new ArrayList<>();

    /** @param nanos when it was stored */
    void add(long position, long nanos, KeptRequest requested) {
        rows.add(new Row()
                .with("operation", requested.operation())
                .with("position", position)
                .with("nanos", nanos)
                .with("host", requested.target().host().value())
                .with("epoch", requested.target().epoch())
                .with("instruction", requested.instruction().word())
                .with("principal", requested.principal()));
    }

    /** An end that was unknown may be followed by another, which counts. */
    void add(long position, long nanos, OperationEnded ended) {
        Row row = new Row()
                .with("operation", ended.operation())
                .with("outcome", ended.outcome().name().toLowerCase(Locale.ROOT))
                .with("ended_position", position)
                .with("ended_nanos", nanos)
                .with("decided_position", ended.position());
        if (!ended.detail().isEmpty()) {
            row.with("reason", ended.detail());
        }
        ended.refusal().ifPresent(refusal -> {
            switch (refusal) {
                case Refusal.ByKernel(KernelEvidence evidence, var circumstances) ->
                    row.with("refused_call", evidence.call())
                            .with("refused_errno", evidence.errno().number());
                case Refusal.ByAgent(AgentReason why, String detail) -> row.with("reason", detail);
            }
        });
        ends.put(ended.operation(), row);
        if (ended.outcome() == Outcome.UNKNOWN) {
            doubts.add(new Row()
                    .with("operation", ended.operation())
                    .with("doubted_position", position)
                    .with("doubted_nanos", nanos)
                    .with("doubted_reason", ended.detail()));
        }
    }

    void write(JdbcOperations jdbc) {
        Row.insert(jdbc, "requested_operation", "operation", COLUMNS, rows);
        Row.write(jdbc, OperationRows::ending, ENDS, List.copyOf(ends.values()));
        Row.write(jdbc, OperationRows::doubting, DOUBTS, doubts);
    }

    /** Of an operation there is one such end at most. */
    private static String doubting(List<Row.Column> given) {
        return "UPDATE requested_operation AS asked SET doubted_position = given.doubted_position,"
                + " doubted_nanos = given.doubted_nanos, doubted_reason = given.doubted_reason FROM " + Row.given(given)
                + " WHERE asked.operation = given.operation";
    }

    private static String ending(List<Row.Column> given) {
        List<String> set = new ArrayList<>();
        for (Row.Column column : ENDS.subList(1, ENDS.size())) {
            set.add(column.name() + " = " + (given.contains(column) ? "given." + column.name() : "NULL"));
        }
        return "UPDATE requested_operation AS asked SET " + String.join(", ", set) + " FROM " + Row.given(given)
                + " WHERE asked.operation = given.operation"
                + " AND (asked.ended_position IS NULL OR asked.ended_position < given.ended_position)";
    }
}

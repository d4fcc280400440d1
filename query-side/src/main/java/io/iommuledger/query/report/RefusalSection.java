package io.iommuledger.query.report;

import io.iommuledger.lifecycle.evidence.KernelEvidence;
import io.iommuledger.lifecycle.operation.OperationEnded;
import io.iommuledger.lifecycle.operation.OperationEvent;
import io.iommuledger.lifecycle.operation.Outcome;
import io.iommuledger.lifecycle.operation.Refusal;
import io.iommuledger.protocol.EventTypes;
import io.iommuledger.protocol.MalformedRecord;
import io.iommuledger.protocol.OperationCodec;
import io.iommuledger.query.form.Refused;
import io.iommuledger.query.projection.Sets;
import io.iommuledger.report.Document;
import io.iommuledger.report.Rows;
import io.iommuledger.report.Table;
import io.iommuledger.web.Times;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What was asked and not done, by whom and why; from the log, because what became of an operation may be told again later. */
@Component
@Order(80)
class RefusalSection implements Section {

    private static final Table TABLE = Table.of(
            "refused-operations",
            "Operations that were refused, or of which the outcome is not known",
            "position:Position",
            "storedAt:Stored",
            "host:Host",
            "operation:Operation",
            "instruction:What was asked",
            "principal:Principal",
            "outcome:Outcome",
            "call:Kernel's call",
            "errno:Kernel's errno",
            "reason:Reason");

    private final LogReader log;
    private final EventRows events;
    private final Sets sets;
    private final JdbcClient jdbc;

    /** What an operation was asked to do, by whom. */
    private record Request(UUID operation, String instruction, String principal) {}

    /** @param ended empty if this version does not understand it */
    private record Ended(LogReader.Read read, Optional<OperationEnded> ended) {}

    RefusalSection(LogReader log, EventRows events, Sets sets, JdbcClient jdbc) {
        this.log = log;
        this.events = events;
        this.sets = sets;
        this.jdbc = jdbc;
    }

    @Override
    public Heading heading() {
        return Heading.of(
                "refusals",
                "Refused",
                EnumSet.of(Kind.COMPLIANCE, Kind.INCIDENT),
                Control.AU_2,
                Control.AU_3,
                Control.AU_10,
                Control.PCI_10_2);
    }

    @Override
    public void write(Period period, Document document) throws IOException {
        document.table(
                TABLE,
                taker -> log.pages(period, List.of(EventTypes.OPERATION_ENDED), page -> {
                    for (List<?> row : rows(page)) {
                        taker.take(row);
                    }
                }));
        document.table(
                EventRows.table("kernel-refusals", "Answers of the kernel that were no"),
                events.of(period, "kernel.refused"));
    }

    private List<List<?>> rows(List<LogReader.Read> page) {
        List<Ended> told = page.stream()
                .map(read -> new Ended(read, ended(read)))
                .filter(each -> each.ended().map(OperationEnded::outcome).orElse(Outcome.UNKNOWN) != Outcome.SUCCEEDED)
                .toList();
        Map<UUID, Request> requests = requests(told.stream()
                .flatMap(each -> each.ended().stream())
                .map(OperationEnded::operation)
                .toArray(UUID[]::new));
        return told.stream()
                .<List<?>>map(each -> each.ended()
                        .<List<?>>map(
                                ended -> row(each.read(), ended, Optional.ofNullable(requests.get(ended.operation()))))
                        .orElseGet(() -> notUnderstood(each.read())))
                .toList();
    }

    private static Optional<OperationEnded> ended(LogReader.Read read) {
        try {
            return OperationCodec.decode(read.entry().payload()) instanceof OperationEnded ended
                    ? Optional.of(ended)
                    : Optional.empty();
        } catch (MalformedRecord ofAnotherVersion) {
            return Optional.empty();
        }
    }

    /** Nobody can say whether it was refused. */
    private static List<?> notUnderstood(LogReader.Read read) {
        return Rows.row(
                read.entry().position(),
                Times.rfc3339(read.entry().storedAtNanos()),
                read.host(),
                read.entry().stream().substring(OperationEvent.STREAM.length()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                read.notUnderstood());
    }

    private static List<?> row(LogReader.Read read, OperationEnded ended, Optional<Request> request) {
        Optional<Refused> byKernel = ended.refusal()
                .flatMap(refusal -> refusal instanceof Refusal.ByKernel(KernelEvidence evidence, var circumstances)
                        ? Optional.of(Refused.of(evidence))
                        : Optional.empty());
        Optional<String> reason = ended.refusal()
                .flatMap(refusal ->
                        refusal instanceof Refusal.ByAgent byAgent ? Optional.of(byAgent.detail()) : Optional.empty())
                .or(() -> Optional.of(ended.detail()).filter(detail -> !detail.isEmpty()));
        return Rows.row(
                read.entry().position(),
                Times.rfc3339(read.entry().storedAtNanos()),
                read.host(),
                ended.operation().toString(),
                request.map(Request::instruction),
                request.map(Request::principal),
                ended.outcome().name().toLowerCase(Locale.ROOT),
                byKernel.map(Refused::call),
                byKernel.map(Refused::errno),
                reason);
    }

    private Map<UUID, Request> requests(UUID[] operations) {
        return operations.length == 0
                ? Map.of()
                : sets.read(() -> jdbc
                        .sql("SELECT operation, instruction, principal FROM requested_operation"
                                + " WHERE operation = ANY(:operations)")
                        .param("operations", operations)
                        .query(Request.class)
                        .list()
                        .stream()
                        .collect(Collectors.toMap(Request::operation, Function.identity())));
    }
}

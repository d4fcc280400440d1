package io.iommuledger.query.report;

import io.iommuledger.report.Format;
import io.iommuledger.web.AtOnce;
import io.iommuledger.web.Body;
import io.iommuledger.web.InQuery;
import io.iommuledger.web.Problem;
import io.iommuledger.web.TaintHeaders;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.UriComponentsBuilder;

/** {@code POST reports}: a report as a file; {@code GET reports/{id}}: how far one is that is being written. */
@RestController
class ReportController {
    private static final String ID = "id";

    private final Reports reports;
    private final AtOnce atOnce = new AtOnce(2, "reports are being written");
    private final Map<UUID, Running> running = new ConcurrentHashMap<>();

    private record Running(Period period, Progress progress) {}

    /**
     * A report that is being written.
     *
     * @param position up to which it tells
     * @param section  that is being written
     * @param rows     of tables that were read so far
     */
    record Writing(
            UUID id,
            String kind,
            String format,
            long after,
            long position,
            String section,
            int begun,
            int sections,
            long rows) {}

    ReportController(Reports reports) {
        this.reports = reports;
    }

    @PostMapping("/api/v1/reports")
    @InQuery(ID)
    void report(HttpServletRequest request, HttpServletResponse response) throws IOException {
        UUID name = idInQuery(request).map(ReportController::id).orElseGet(UUID::randomUUID);
        Asked asked = Asked.of(Body.read(request, "kind", "from", "to", "known", "scope", "format"));
        Period period = reports.period(asked);
        try (Reports.Written written = write(name, period)) {
            send(written, response);
        }
    }

    /** Who reads it slowly keeps nobody else from theirs. */
    private Reports.Written write(UUID name, Period period) throws IOException {
        Running mine = new Running(period, new Progress());
        try (AtOnce.Permit _ = atOnce.permit()) {
            if (running.putIfAbsent(name, mine) != null) {
                throw Problem.badField(ID, name.toString(), "an id under which no report is being written");
            }
            return reports.write(period, mine.progress());
        } finally {
            running.remove(name, mine);
        }
    }

    private static void send(Reports.Written written, HttpServletResponse response) throws IOException {
        Asked asked = written.period().asked();
        Format format = asked.format();
        response.setContentType(format.mediaType());
        response.setContentLengthLong(written.file().size());
        response.setHeader("Cache-Control", "no-store");
        TaintHeaders.ofHosts(written.period().part().taintedHosts(), response::setHeader);
        response.setHeader("ETag", "\"" + HexFormat.of().formatHex(written.digest()) + "\"");
        response.setHeader("Repr-Digest", "sha-256=:" + Base64.getEncoder().encodeToString(written.digest()) + ":");
        response.setHeader(
                "Ledger-Position", Long.toString(written.period().basis().position()));
        response.setHeader(
                "Ledger-Completeness", written.period().basis().completeness().inHeader());
        response.setHeader(
                "Content-Disposition",
                "attachment; filename=\"iommu-ledger-" + asked.kind().word() + "-"
                        + written.period().from() + "-" + written.period().to() + "." + format.word() + "\"");
        Channels.newInputStream(written.file().position(0)).transferTo(response.getOutputStream());
    }

    @GetMapping("/api/v1/reports/{id}")
    Writing writing(@PathVariable String id) {
        UUID name = id(id);
        Running found = running.get(name);
        if (found == null) {
            throw Problem.notFound(
                    "report",
                    id,
                    "only a report that this process is writing has an id; POST /api/v1/reports?id=… gives it one");
        }
        Period period = found.period();
        Progress.State state = found.progress().state();
        return new Writing(
                name,
                period.asked().kind().word(),
                period.asked().format().word(),
                period.from(),
                period.to(),
                state.section(),
                state.begun(),
                state.sections(),
                state.rows());
    }

    /** Not by its parameter: of a form, that is what curl says its bodies are, it would read the body. */
    private static Optional<String> idInQuery(HttpServletRequest request) {
        return Optional.ofNullable(UriComponentsBuilder.newInstance()
                .query(request.getQueryString())
                .build()
                .getQueryParams()
                .getFirst(ID));
    }

    private static UUID id(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException none) {
            throw Problem.badField(ID, text, "a UUID");
        }
    }
}

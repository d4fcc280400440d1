package io.iommuledger.query.export;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.Scope;
import io.iommuledger.query.form.Parameters;
import io.iommuledger.query.position.Snapshots;
import io.iommuledger.query.position.When;
import io.iommuledger.query.replay.Places;
import io.iommuledger.web.AtOnce;
import io.iommuledger.web.TaintHeaders;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET exports}: a part of the log in the words of other systems, a line a record. */
@RestController
class ExportController {
    private static final Logger LOG = LoggerFactory.getLogger(ExportController.class);
    private static final int MOST = 100_000;
    private static final int BUFFER_CHARACTERS = 1 << 16;

    private final Formats formats;
    private final Exports exports;
    private final Places places;
    private final Snapshots snapshots;
    private final AtOnce atOnce = new AtOnce(4, "exports are being written");

    ExportController(Formats formats, Exports exports, Places places, Snapshots snapshots) {
        this.formats = formats;
        this.exports = exports;
        this.places = places;
        this.snapshots = snapshots;
    }

    @GetMapping("/api/v1/exports")
    void export(
            @RequestParam Optional<String> format,
            @RequestParam Optional<String> from,
            @RequestParam Optional<String> to,
            @RequestParam Optional<String> known,
            @RequestParam Optional<String> host,
            @RequestParam Optional<String> limit,
            @RequestParam Optional<String> wait,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        formats.named(format.orElse(""));
        Scope scope = host.map(Parameters::host).map(ExportController::only).orElse(Scope.ALL);
        long most = limit.isPresent() ? Parameters.limit(limit, MOST, MOST) : Long.MAX_VALUE;
        if (wait.isPresent()) {
            snapshots.ofHosts(new When(Optional.empty(), Optional.empty(), wait), Optional.empty(), reached -> reached);
        }
        Places.Part part = places.ofLog(from, to, known, scope);
        try (AtOnce.Permit _ = atOnce.permit()) {
            Places.Part wanted = part.to() - part.from() > most ? cut(part, most) : part;
            head(wanted, scope, host, format.orElse(""), response);
            if (!request.getMethod().equals("HEAD")) {
                write(wanted, scope, formats.named(format.orElse("")), response);
            }
        }
    }

    private void head(
            Places.Part part, Scope scope, Optional<String> host, String format, HttpServletResponse response) {
        response.setContentType(formats.named(format).mediaType());
        response.setHeader("Cache-Control", "no-store");
        TaintHeaders.ofHosts(part.taintedHosts(), response::setHeader);
        response.setHeader("Ledger-From", Long.toString(part.from()));
        response.setHeader("Ledger-Position", Long.toString(part.to()));
        response.setHeader("Ledger-Completeness", completeness(part, scope));
        response.setHeader(
                "Link",
                "</api/v1/exports?format=%s&from=%d&to=%d%s>; rel=\"canonical\""
                        .formatted(
                                format,
                                part.from(),
                                part.to(),
                                host.map(id -> "&host=" + id).orElse("")));
    }

    private void write(Places.Part part, Scope scope, Format wanted, HttpServletResponse response) throws IOException {
        try {
            Writer out = new BufferedWriter(
                    new OutputStreamWriter(response.getOutputStream(), StandardCharsets.UTF_8), BUFFER_CHARACTERS);
            exports.read(
                    part.from(),
                    part.to(),
                    scope,
                    record -> out.append(wanted.line(record)).append('\n'));
            out.flush();
        } catch (IOException gone) {
            LOG.debug("whoever asked for an export is gone: {}", gone.getMessage());
            throw gone;
        }
    }

    /** Changes of zombies that came before the horizon are not known. */
    private String completeness(Places.Part part, Scope scope) {
        return places.isBeforeHorizon(part.from())
                ? "before-horizon"
                : places.basis(part, scope).completeness().inHeader();
    }

    /** So many positions of it, from its beginning. */
    private static Places.Part cut(Places.Part part, long most) {
        long to = part.from() + most;
        return new Places.Part(part.from(), to, OptionalLong.empty(), to, part.taintedHosts());
    }

    private static Scope only(HostId host) {
        return new Scope(new TreeSet<>(List.of(host)), Optional.empty(), Optional.empty());
    }
}

package io.iommuledger.query.whatif;

import io.iommuledger.db.EventLog;
import io.iommuledger.db.horizon.Horizons;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.Scope;
import io.iommuledger.lifecycle.replay.History;
import io.iommuledger.lifecycle.whatif.Comparison;
import io.iommuledger.query.projection.Sets;
import io.iommuledger.query.replay.LogHistory;
import io.iommuledger.query.replay.Places;
import io.iommuledger.query.replay.PolicyWords;
import io.iommuledger.query.replay.Requests;
import io.iommuledger.query.replay.ScopeAnswer;
import io.iommuledger.web.AtOnce;
import io.iommuledger.web.Body;
import io.iommuledger.web.Problem;
import io.iommuledger.web.TaintAdvice;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code POST what-if}: what other policies would have changed, as a report. */
@RestController
class WhatIfController {
    private final EventLog log;
    private final Horizons horizons;
    private final Places places;
    private final Principals principals;
    private final AtOnce atOnce = new AtOnce(2, "what-ifs are being worked on");

    WhatIfController(EventLog log, Horizons horizons, Places places, Sets sets, JdbcClient jdbc) {
        this.horizons = horizons;
        this.log = log;
        this.places = places;
        this.principals = new Principals(sets, jdbc);
    }

    @PostMapping("/api/v1/what-if")
    Report report(HttpServletRequest request) {
        Body body = Body.read(request, "from", "to", "scope", "policy");
        Scope scope = Requests.scope(body);
        TaintAdvice.about(request, () -> places.taintedHosts(scope));
        Policies policies = Requests.policies(body)
                .orElseThrow(() -> Problem.badField(
                        "policy", "", "an object with onRelease, onReset and mmio; what is left out is the default"));
        Places.Part part = places.part(body.optionalWord("from"), body.optionalWord("to"), scope);
        try (AtOnce.Permit _ = atOnce.permit()) {
            return report(part, scope, policies);
        }
    }

    private Report report(Places.Part part, Scope scope, Policies policies) {
        ReportBuilder builder = new ReportBuilder(principals);
        Comparison comparison = new Comparison(scope, policies, part.from(), builder);
        LogHistory history = new LogHistory(log, horizons, scope).from(part.from());
        history.kept()
                .forEach(host -> comparison.resume(host.fold(), principals.askedBy(host.host(), history.begins())));
        long reached = history.begins();
        while (reached < part.to()) {
            History.Part next = history.after(reached, part.to());
            next.records().forEach(comparison::take);
            reached = next.reached();
        }
        comparison.finish();
        ReportBuilder.Parts parts = builder.finish();
        return new Report(
                part.from(),
                part.to(),
                ScopeAnswer.of(scope),
                PolicyWords.of(policies),
                HostState.FOLD_VERSION,
                places.basisOfLog(part, scope).completeness(),
                part.taintedHosts(),
                "INFERRED",
                comparison.facts(),
                comparison.maps(),
                parts.really(),
                parts.supposed(),
                parts.exposures(),
                parts.refused(),
                parts.done(),
                parts.notSimulated(),
                parts.byPrincipal(),
                parts.byDevice());
    }
}

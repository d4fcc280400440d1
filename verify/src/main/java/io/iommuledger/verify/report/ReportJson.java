package io.iommuledger.verify.report;

import io.iommuledger.verify.check.Finding;
import io.iommuledger.verify.check.Report;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A report for programs. */
public final class ReportJson {
    private static final JsonMapper JSON = new JsonMapper();

    private ReportJson() {}

    public static String of(Report report) {
        ObjectNode root = JSON.createObjectNode();
        root.put("verdict", Verdict.of(report).name());
        root.put("source", report.source());
        root.put("records", report.records());
        root.put("proven", report.proven());
        root.put("bracketed", report.bracketed());
        report.part().ifPresent(part -> root.putObject("part").put("whole", part.whole()));
        for (Report.Outcome outcome : report.checkpoints()) {
            root.withArray("checkpoints")
                    .addObject()
                    .put("file", outcome.held().name())
                    .put("size", outcome.held().size())
                    .put("root", outcome.held().checkpoint().root().toBase64())
                    .put("holds", outcome.holds());
        }
        root.putObject("signatures")
                .put("facts", report.signatures().facts())
                .put("batches", report.signatures().batches())
                .put("keys", report.signatures().keys())
                .put("notCheckableFacts", report.signatures().removed())
                .put("anchored", report.anchored())
                .put("unsignedFacts", report.streams().unsigned());
        root.putArray("removed");
        report.removed().forEach(each -> {
            ObjectNode one = root.withArray("removed").addObject().put("records", each.records());
            one.put("rule", each.rule());
        });
        if (report.horizonUnread()) {
            root.put("horizonUnread", true);
        }
        report.firstBad().ifPresent(first -> put(root.putObject("firstBad"), first));
        report.goneBefore().ifPresent(gone -> put(root.putObject("goneBefore"), gone));
        root.put("findings", report.found());
        root.putArray("found");
        report.findings().forEach(each -> put(root.withArray("found").addObject(), each));
        return JSON.writeValueAsString(root);
    }

    public static String unchecked(String why) {
        return JSON.writeValueAsString(
                JSON.createObjectNode().put("verdict", Verdict.UNCHECKED.name()).put("why", why));
    }

    private static void put(ObjectNode node, Finding finding) {
        node.put("first", finding.first());
        if (finding.last() != Long.MAX_VALUE) {
            node.put("last", finding.last());
        }
        node.put("evidence", finding.evidence().name()).put("text", finding.text());
    }
}

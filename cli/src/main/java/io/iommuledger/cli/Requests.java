package io.iommuledger.cli;

import io.iommuledger.cli.client.Answer;
import io.iommuledger.cli.client.Failure;
import io.iommuledger.cli.client.LedgerClient;
import io.iommuledger.cli.client.Printable;
import io.iommuledger.cli.client.Request;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Makes requests of questions. A host or a context that goes without saying is found by asking. */
final class Requests {
    private final LedgerClient client;
    private final Given given;

    Requests(LedgerClient client, Given given) {
        this.client = client;
        this.given = given;
    }

    Request of(Question question) throws Failure {
        Map<String, String> parameters = new TreeMap<>(given.parameters());
        parameters.keySet().removeAll(question.without());
        question.defaults().forEach(parameters::putIfAbsent);
        resolve(parameters);
        String path = question.path();
        if (path.contains("{host}")) {
            path = path.replace("{host}", Request.segment(host()));
            parameters.remove("host");
        }
        if (path.contains("{context}")) {
            path = path.replace("{context}", Request.segment(context()));
            parameters.remove("context");
        }
        return new Request(
                path.replace("{argument}", Request.segment(given.argument().orElse(""))), parameters);
    }

    private static void resolve(Map<String, String> parameters) throws Failure {
        Instant now = Instant.now();
        parameters.computeIfPresent("at", (name, text) -> Moments.resolved(text, now));
        parameters.computeIfPresent("since", (name, text) -> Moments.resolved(text, now));
        String from = parameters.get("from");
        if (from != null && Moments.relative(from)) {
            String at = parameters.get("at");
            parameters.put("from", Moments.resolved(from, at == null ? now : Moments.base(from, at)));
        }
    }

    private String host() throws Failure {
        return given.parameter("host").isPresent()
                ? given.parameter("host").get()
                : only(
                        "host",
                        "--host",
                        client.get(Request.of("hosts")).rows("hosts").stream()
                                .map(host -> host.path("id").asString(""))
                                .toList());
    }

    private String context() throws Failure {
        if (given.parameter("context").isPresent()) {
            return given.parameter("context").get();
        }
        Answer contexts = client.get(Request.of("hosts/" + Request.segment(host()) + "/contexts"));
        return only(
                "standing context",
                "--context",
                contexts.rows("contexts").stream()
                        .map(context -> context.path("id").asString(""))
                        .toList());
    }

    private static String only(String what, String option, List<String> known) throws Failure {
        if (known.size() == 1) {
            return known.getFirst();
        }
        throw Failure.refused(
                known.isEmpty()
                        ? "there is no " + what
                        : option + " is missing: there are " + Printable.of(String.join(", ", known)));
    }
}

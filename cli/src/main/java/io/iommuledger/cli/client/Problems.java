package io.iommuledger.cli.client;

import java.net.URI;
import tools.jackson.databind.JsonNode;

/** RFC 9457 problems in words. */
final class Problems {
    private static final String TYPES = "/problems/";
    private static final int TOO_MANY = 429;

    private Problems() {}

    static Failure failure(URI server, int status, JsonNode problem) {
        String title = problem.path("title").asString("");
        if (title.isEmpty() || !problem.has("status")) {
            return LedgerClient.noLedger(server, "status " + status + " without a reason");
        }
        String detail = problem.path("detail").asString("");
        String type = problem.path("type").asString("");
        return new Failure(
                kind(type, status),
                Printable.of(detail.isEmpty() ? title : title + ": " + detail),
                type.startsWith(TYPES)
                        ? "See docs/errors/" + Printable.of(type.substring(TYPES.length())) + ".md"
                        : "");
    }

    private static Failure.Kind kind(String type, int status) {
        if (type.equals(TYPES + "projection-behind")) {
            return Failure.Kind.NOT_YET;
        }
        return status == 503 || status == TOO_MANY ? Failure.Kind.UNREACHABLE : Failure.Kind.REFUSED;
    }
}

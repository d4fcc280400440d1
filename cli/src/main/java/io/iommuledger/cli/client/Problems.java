package io.iommuledger.cli.client;

import java.net.URI;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** RFC 9457 problems in words. */
final class Problems {
    private static final String TYPES = "/problems/";
    private static final int TOO_MANY = 429;

    private Problems() {}

    /**
     * @param type   of the answer
     * @param answer empty if it is no JSON
     */
    static Failure failure(URI server, int status, String type, Optional<JsonNode> answer) {
        if (answer.isEmpty()) {
            return LedgerClient.noLedger(kind(status), server, said(status, type));
        }
        return failure(server, status, answer.get());
    }

    /** An answer that is none of a ledger. */
    static String said(int status, String type) {
        return "status " + status + ", " + (type.isEmpty() ? "no content type" : Printable.of(type));
    }

    private static Failure failure(URI server, int status, JsonNode problem) {
        String title = problem.path("title").asString("");
        if (title.isEmpty() || !problem.has("status")) {
            return LedgerClient.noLedger(kind(status), server, "status " + status + " without a reason");
        }
        String detail = problem.path("detail").asString("");
        String type = problem.path("type").asString("");
        return new Failure(
                type.equals(TYPES + "projection-behind") ? Failure.Kind.NOT_YET : kind(status),
                Printable.of(detail.isEmpty() ? title : title + ": " + detail),
                type.startsWith(TYPES)
                        ? "See docs/errors/" + Printable.of(type.substring(TYPES.length())) + ".md"
                        : "");
    }

    /** It may be what stands before a server and does not reach it now. */
    private static Failure.Kind kind(int status) {
        return status >= 500 || status == TOO_MANY ? Failure.Kind.UNREACHABLE : Failure.Kind.REFUSED;
    }
}

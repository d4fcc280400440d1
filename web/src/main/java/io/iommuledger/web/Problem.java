package io.iommuledger.web;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/**
 * A refusal that a client can act on: an RFC 9457 problem. Its type is stable and has a page under {@code docs/errors/}.
 */
public final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final HttpStatus status;
    private final String type;
    private final String title;
    private final transient Map<String, Object> members = new LinkedHashMap<>();

    /**
     * @param type   last part of the problem's type, for example {@code kernel-refused}
     * @param title  the same for every problem of the type
     * @param detail what was wrong this time, with the offending value, and what to do
     */
    public Problem(HttpStatus status, String type, String title, String detail) {
        super(detail);
        this.status = status;
        this.type = type;
        this.title = title;
    }

    public Problem with(String member, Object value) {
        members.put(member, value);
        return this;
    }

    public ProblemDetail toDetail() {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, String.valueOf(getMessage()));
        problem.setType(typeUri(type));
        problem.setTitle(title);
        members.forEach(problem::setProperty);
        return problem;
    }

    /** A part of the request is wrong. */
    public static Problem badField(String field, String value, String expected) {
        return new Problem(
                        HttpStatus.BAD_REQUEST,
                        "bad-request",
                        "The request cannot be understood",
                        field + " is '" + shortened(value) + "'; expected " + expected)
                .with("field", field)
                .with("value", shortened(value));
    }

    /** A part of the request that has to be there is not. */
    public static Problem missing(String field, String expected) {
        return new Problem(
                        HttpStatus.BAD_REQUEST,
                        "bad-request",
                        "The request cannot be understood",
                        field + " is missing; expected " + expected)
                .with("field", field)
                .with("value", "");
    }

    /** Something that the path or the body names does not exist. */
    public static Problem notFound(String what, String id, String whatToDo) {
        return new Problem(
                        HttpStatus.NOT_FOUND,
                        "not-found",
                        "There is no such thing here",
                        "no " + what + " '" + shortened(id) + "'; " + whatToDo)
                .with("what", what)
                .with("value", shortened(id));
    }

    /**
     * What should not happen.
     *
     * @param id under which the server's log tells of it
     */
    public static Problem fault(UUID id) {
        return new Problem(
                HttpStatus.INTERNAL_SERVER_ERROR,
                "internal",
                "A fault of IOMMU Ledger",
                "this should not happen; the server's log names it as fault " + id);
    }

    /** An agent, a store or a projection does not answer now. */
    public static Problem unavailable(String type, String detail) {
        return new Problem(HttpStatus.SERVICE_UNAVAILABLE, type, "Not available now", detail);
    }

    static URI typeUri(String type) {
        return URI.create("/problems/" + type);
    }

    /** A client's value is shown back to it, but never at any length. */
    private static String shortened(String value) {
        return value.length() <= 100 ? value : value.substring(0, 100) + "…";
    }
}

package io.iommuledger.web;

import java.net.URI;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.catalina.connector.ClientAbortException;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/** Every refusal as a problem; nobody sees a stack trace. */
@RestControllerAdvice
public class ProblemAdvice extends ResponseEntityExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ProblemAdvice.class);

    @ExceptionHandler
    ProblemDetail problem(Problem problem) {
        return problem.toDetail();
    }

    @ExceptionHandler({CannotCreateTransactionException.class, DataAccessResourceFailureException.class})
    ProblemDetail storeAway(Exception away) {
        LOG.warn("the database does not answer: {}", away.getMessage());
        return Problem.unavailable(
                        "store-unavailable",
                        "the event store does not answer; nothing was done. Agents go on recording; try again later")
                .toDetail();
    }

    /** What Tomcat cannot read of a query or a form, whoever asks it for a parameter. */
    @ExceptionHandler
    ProblemDetail unreadable(InvalidParameterException unreadable) {
        return new Problem(
                        HttpStatus.BAD_REQUEST,
                        "bad-request",
                        "The request cannot be understood",
                        "its parameters cannot be read: " + unreadable.getMessage())
                .toDetail();
    }

    /** Nobody is left to be told anything, and what was written of the answer has no end. */
    @ExceptionHandler
    void gone(ClientAbortException gone) {
        LOG.debug("whoever asked is gone: {}", gone.getMessage());
    }

    @ExceptionHandler
    ProblemDetail fault(Exception fault) {
        UUID id = UUID.randomUUID();
        LOG.error("fault {}", id, fault);
        return Problem.fault(id).toDetail();
    }

    /** {@code Allow} has the methods as well. */
    @Override
    protected @Nullable ResponseEntity<Object> handleHttpRequestMethodNotSupported(
            HttpRequestMethodNotSupportedException refused,
            HttpHeaders headers,
            HttpStatusCode status,
            WebRequest request) {
        String allowed =
                headers.getAllow().stream().map(HttpMethod::name).sorted().collect(Collectors.joining(", "));
        ProblemDetail problem = new Problem(
                        HttpStatus.METHOD_NOT_ALLOWED,
                        "method-not-allowed",
                        "There is no such method of this path",
                        refused.getMethod() + " is no method of this path; it has " + allowed)
                .toDetail();
        return handleExceptionInternal(refused, problem, headers, status, request);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleNoResourceFoundException(
            NoResourceFoundException unknown, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        ProblemDetail problem = Problem.notFound(
                        "path",
                        "/" + unknown.getResourcePath(),
                        "GET /api/v1/openapi.json lists the paths of this server")
                .toDetail();
        return handleExceptionInternal(unknown, problem, headers, status, request);
    }

    /** What Spring itself refuses: unknown paths, wrong methods, parameters that do not convert. */
    @Override
    protected @Nullable ResponseEntity<Object> handleExceptionInternal(
            Exception refused, @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        ResponseEntity<Object> answer = super.handleExceptionInternal(refused, body, headers, status, request);
        if (answer != null && answer.getBody() instanceof ProblemDetail detail && !typed(detail)) {
            detail.setType(Problem.typeUri(status.value() == 404 ? "not-found" : "bad-request"));
        }
        return answer;
    }

    private static boolean typed(ProblemDetail detail) {
        URI type = detail.getType();
        return type != null && type.toString().startsWith("/problems/");
    }
}

package io.iommuledger.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;

/** What Tomcat itself refuses, before Spring sees it, as a problem too: paths with forbidden characters and the like. */
public final class ProblemValve extends ErrorReportValve {

    private static String type(int status) {
        return status == 405 ? "method-not-allowed" : status < 500 ? "bad-request" : "internal";
    }

    @Override
    protected void report(Request request, Response response, @Nullable Throwable failure) {
        int status = response.getStatus();
        if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        byte[] problem = """
                {"type":"/problems/%s","title":"The request cannot be understood","status":%d,\
                "detail":"the server refuses the request as it was sent; look at its path, headers, and how its body is sent"}
                """.formatted(type(status), status).getBytes(StandardCharsets.UTF_8);
        try {
            response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
            response.getOutputStream().write(problem);
            response.finishResponse();
        } catch (IOException e) {
            container.getLogger().debug("a refusal did not reach its client", e);
        }
    }
}

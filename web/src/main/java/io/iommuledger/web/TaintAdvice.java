package io.iommuledger.web;

import io.iommuledger.lifecycle.host.HostId;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.dao.DataAccessException;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * Every refusal says whether the host that its request names is tainted, unless nobody who could know it is to be asked, also one
 * that was decided before anybody looked at the host; and so does every answer that is put together member by member.
 */
@RestControllerAdvice
public class TaintAdvice implements ResponseBodyAdvice<Object> {
    private static final String MEMBER = "tainted";
    private static final String MANY = "taintedHosts";

    /** Of the request: which hosts of those that it is about are tainted. */
    private static final String ABOUT = TaintAdvice.class.getName();

    /** Not what the handler takes from the path: where there is none, the host is named all the same. */
    private static final Pattern HOST = Pattern.compile("/api/v1/hosts/([^/]+)(/.*)?");

    /** Their ids begin with the host's. */
    private static final Pattern OF_HOST = Pattern.compile("/api/v1/(?:mappings|resets|alarms)/([^/]+)\\.[^./]*(/.*)?");

    private final List<Taint> known;

    /** @param known who may know it, the one that knows best first */
    public TaintAdvice(List<Taint> known) {
        this.known = List.copyOf(known);
    }

    /**
     * Notes what a request is about that names its hosts in its body.
     *
     * @param tainted which of them are; asked only if the request is refused
     */
    public static void about(HttpServletRequest request, Supplier<List<String>> tainted) {
        request.setAttribute(ABOUT, tainted);
    }

    @Override
    public boolean supports(MethodParameter returned, Class<? extends HttpMessageConverter<?>> converter) {
        return true;
    }

    @Override
    public @Nullable Object beforeBodyWrite(
            @Nullable Object body,
            MethodParameter returned,
            MediaType type,
            Class<? extends HttpMessageConverter<?>> converter,
            ServerHttpRequest request,
            ServerHttpResponse response) {
        if (body instanceof ProblemDetail problem && !says(problem)) {
            Optional<HostId> host = host(request.getURI());
            host.flatMap(this::tainted).ifPresent(tainted -> problem.setProperty(MEMBER, tainted));
            if (host.isEmpty()) {
                taintedHosts(request).ifPresent(tainted -> problem.setProperty(MANY, tainted));
            }
        }
        if (body instanceof Map<?, ?> members && !members.containsKey(MEMBER)) {
            Map<Object, Object> answer = new LinkedHashMap<>(members);
            host(request.getURI()).flatMap(this::tainted).ifPresent(tainted -> answer.put(MEMBER, tainted));
            return answer;
        }
        return body;
    }

    /** A store that does not answer is not asked a second time, and whose request is not recorded is told nothing. */
    private static boolean says(ProblemDetail problem) {
        return Problem.typeUri("store-unavailable").equals(problem.getType())
                || Problem.typeUri("access-not-recorded").equals(problem.getType())
                || Problem.typeUri("not-leader").equals(problem.getType())
                || (problem.getProperties() != null && problem.getProperties().containsKey(MEMBER));
    }

    private static Optional<List<?>> taintedHosts(ServerHttpRequest request) {
        if (request instanceof ServletServerHttpRequest servlet
                && servlet.getServletRequest().getAttribute(ABOUT) instanceof Supplier<?> tainted) {
            try {
                return tainted.get() instanceof List<?> hosts ? Optional.of(hosts) : Optional.empty();
            } catch (DataAccessException | CannotCreateTransactionException | IllegalStateException unknown) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    /** What is wrong with the store, or with what is stored, does not take the place of what is said to the client. */
    private Optional<Boolean> tainted(HostId host) {
        try {
            return known.stream().flatMap(taint -> taint.of(host).stream()).findFirst();
        } catch (DataAccessException | CannotCreateTransactionException | IllegalStateException unknown) {
            return Optional.empty();
        }
    }

    private static Optional<HostId> host(URI request) {
        String path = request.getPath();
        Matcher host = HOST.matcher(path);
        Matcher ofHost = OF_HOST.matcher(path);
        if (host.matches()) {
            return host(host.group(1));
        }
        if (ofHost.matches()) {
            return host(ofHost.group(1));
        }
        return Optional.ofNullable(UriComponentsBuilder.fromUri(request)
                        .build()
                        .getQueryParams()
                        .getFirst("host"))
                .flatMap(TaintAdvice::host);
    }

    private static Optional<HostId> host(String name) {
        try {
            return Optional.of(new HostId(name));
        } catch (IllegalArgumentException none) {
            return Optional.empty();
        }
    }
}

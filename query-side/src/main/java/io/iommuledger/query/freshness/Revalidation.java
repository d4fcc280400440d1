package io.iommuledger.query.freshness;

import io.iommuledger.query.position.Basis;
import io.iommuledger.query.position.When;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;

/**
 * Answers 304 before anything is looked for if nothing has changed since the answer that a client has kept, for every
 * handler that is asked {@link When}. The tag is read before the answer is, so a client may ask once too often, but is
 * never told that what it has is new when it is not. Nor is it told so of an address that it has had no answer from: a tag
 * is of one address.
 */
@RestControllerAdvice
class Revalidation implements HandlerInterceptor, WebMvcConfigurer, ResponseBodyAdvice<Object> {
    private static final String TAG = Revalidation.class.getName();

    /** Not for ever: another release may have another fold. */
    private static final String KEEP = "private, max-age=86400, immutable";

    private static final String ASK = "private, no-cache";

    private static final Set<String> READS = Set.of("GET", "HEAD");
    private static final String WAIT = "wait";

    private final Tags tags;

    Revalidation(Tags tags) {
        this.tags = tags;
    }

    @Override
    public void addInterceptors(InterceptorRegistry interceptors) {
        interceptors.addInterceptor(this);
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (!READS.contains(request.getMethod()) || !isAskedWhen(handler)) {
            return true;
        }
        When when = new When(parameter(request, "at"), parameter(request, "known"), parameter(request, WAIT));
        Tag tag = tags.of(when, address(request));
        if (isKept(request, tag) && !waits(when, tag)) {
            response.setStatus(HttpStatus.NOT_MODIFIED.value());
            response.setHeader(HttpHeaders.ETAG, tag.text());
            if (!tag.pinned()) {
                response.setHeader(HttpHeaders.CACHE_CONTROL, ASK);
            }
            // Else what was said with the answer holds: one that may heal is not to be kept unasked.
            return false;
        }
        request.setAttribute(TAG, tag);
        return true;
    }

    @Override
    public boolean supports(MethodParameter returned, Class<? extends HttpMessageConverter<?>> converter) {
        return returned.getParameterType().isRecord();
    }

    @Override
    public @Nullable Object beforeBodyWrite(
            @Nullable Object body,
            MethodParameter returned,
            MediaType type,
            Class<? extends HttpMessageConverter<?>> converter,
            ServerHttpRequest request,
            ServerHttpResponse response) {
        if (body instanceof Record answer
                && request instanceof ServletServerHttpRequest servlet
                && servlet.getServletRequest().getAttribute(TAG) instanceof Tag tag) {
            Optional<Basis> basis = basis(answer);
            if (basis.isEmpty() ? tag.pinned() : isOf(tag, basis.get())) {
                response.getHeaders().setETag(tag.text());
            }
            boolean lasts = basis.map(known -> !known.completeness().mayHeal()).orElse(true);
            response.getHeaders().setCacheControl(tag.pinned() && lasts ? KEEP : ASK);
        }
        return body;
    }

    /** As it was sent, but for how long the answer may be waited for. */
    private static String address(HttpServletRequest request) {
        String query = Objects.requireNonNullElse(request.getQueryString(), "");
        return request.getRequestURI() + "?"
                + Arrays.stream(query.split("&", -1))
                        .filter(parameter -> !parameter.startsWith(WAIT + "="))
                        .collect(Collectors.joining("&"));
    }

    private static boolean isAskedWhen(Object handler) {
        return handler instanceof HandlerMethod method
                && Arrays.stream(method.getMethodParameters())
                        .anyMatch(parameter -> parameter.getParameterType().equals(When.class));
    }

    /** An answer that is still to come is none that a client has. */
    private static boolean waits(When when, Tag tag) {
        return when.reached().isPresent()
                && !when.reached()
                        .filter(text -> text.matches("\\d{1,18}"))
                        .map(text -> tag.pinned()
                                || Long.parseLong(text) <= tag.position().orElse(-1))
                        .orElse(false);
    }

    private static boolean isKept(HttpServletRequest request, Tag tag) {
        for (Enumeration<String> given = request.getHeaders(HttpHeaders.IF_NONE_MATCH); given.hasMoreElements(); ) {
            if (tag.isIn(given.nextElement())) {
                return true;
            }
        }
        return false;
    }

    private static Optional<String> parameter(HttpServletRequest request, String name) {
        return Optional.ofNullable(request.getParameter(name));
    }

    private static boolean isOf(Tag tag, Basis basis) {
        return tag.fold() == basis.fold() && (tag.pinned() || tag.position().equals(OptionalLong.of(basis.position())));
    }

    private static Optional<Basis> basis(Record answer) {
        for (RecordComponent component : answer.getClass().getRecordComponents()) {
            if (component.getType() == Basis.class) {
                try {
                    component.getAccessor().setAccessible(true);
                    return Optional.of((Basis) component.getAccessor().invoke(answer));
                } catch (ReflectiveOperationException e) {
                    throw new LinkageError("the basis of an answer is not readable", e);
                }
            }
        }
        return Optional.empty();
    }
}

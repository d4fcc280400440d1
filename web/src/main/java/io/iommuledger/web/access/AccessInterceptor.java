package io.iommuledger.web.access;

import io.iommuledger.lifecycle.access.AccessRead;
import io.iommuledger.lifecycle.access.AccessReport;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.function.LongSupplier;
import org.springframework.core.Ordered;
import org.springframework.dao.DataAccessException;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Has everybody recorded who asks a handler of one side, before anything else looks at the request. */
public final class AccessInterceptor implements HandlerInterceptor, WebMvcConfigurer {
    private static final String API = "/api/v1/";

    private final AccessRecorder recorder;
    private final LongSupplier head;
    private final String handlers;

    /**
     * @param head position of the newest record in the log
     * @param side in whose package, or below it, the handlers are
     */
    public AccessInterceptor(AccessRecorder recorder, LongSupplier head, Class<?> side) {
        this.recorder = recorder;
        this.head = head;
        this.handlers = side.getPackageName() + ".";
    }

    @Override
    public void addInterceptors(InterceptorRegistry interceptors) {
        interceptors.addInterceptor(this).order(Ordered.HIGHEST_PRECEDENCE);
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (request.getDispatcherType() == DispatcherType.REQUEST && isAccess(handler)) {
            long newest = position();
            HeadBefore.set(request, newest);
            recorder.record(new AccessReport.Read(
                    recorder.now(),
                    request.getRemoteAddr(),
                    request.getMethod(),
                    kind(request),
                    AccessRead.shortened(target(request)),
                    newest));
        }
        return true;
    }

    private boolean isAccess(Object handler) {
        return handler instanceof HandlerMethod method
                && method.getBeanType().getName().startsWith(handlers)
                && !method.getBeanType().isAnnotationPresent(Unrecorded.class);
    }

    private long position() {
        try {
            return Math.max(0, head.getAsLong());
        } catch (DataAccessException away) {
            throw AccessRecorder.notRecorded("the event store does not answer");
        }
    }

    private static String kind(HttpServletRequest request) {
        Object pattern = request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
        String text = String.valueOf(pattern);
        return text.startsWith(API) ? text.substring(API.length()) : text;
    }

    /** As it was sent, without what no URL has. */
    private static String target(HttpServletRequest request) {
        String query = request.getQueryString();
        String whole = query == null ? request.getRequestURI() : request.getRequestURI() + "?" + query;
        return whole.replaceAll("[^\\x21-\\x7e]", "?");
    }
}

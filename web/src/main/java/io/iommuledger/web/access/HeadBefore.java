package io.iommuledger.web.access;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;

/**
 * The log's newest position when a request came, before that it asks was recorded: whoever pages through the log would never come
 * to its end, and a position that was not there yet would be there by being asked for.
 */
public final class HeadBefore {
    private static final String NAME = HeadBefore.class.getName();

    private HeadBefore() {}

    /** Empty where requests are not recorded, and outside of them. */
    public static Optional<Long> ofRequest() {
        return Optional.ofNullable(RequestContextHolder.getRequestAttributes())
                .map(request -> (Long) request.getAttribute(NAME, RequestAttributes.SCOPE_REQUEST));
    }

    /**
     * The end of what a request can be told of.
     *
     * @param end  of the log
     * @param told position of the newest record up to there that is more than a read
     */
    public static long within(long end, long told) {
        return Math.max(0, Math.max(told, Math.min(end, ofRequest().orElse(end))));
    }

    public static void set(HttpServletRequest request, long position) {
        request.setAttribute(NAME, position);
    }
}

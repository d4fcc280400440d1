package io.iommuledger.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Lets only requests to this machine by its own name through, as long as there is no log-in: a page in a browser must not
 * reach the commands by a name that points here (DNS rebinding) or from its own origin.
 */
@Component
public class LoopbackGuard extends OncePerRequestFilter {
    private static final Set<String> HERE = Set.of("localhost", "127.0.0.1", "[::1]");

    private final Set<String> names;

    /** @param publicNames further names by which clients may address this server, without ports */
    public LoopbackGuard(@Value("${ledger.public-names:}") Set<String> publicNames) {
        this.names = Stream.concat(HERE.stream(), publicNames.stream()).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String host = Optional.ofNullable(request.getHeader("Host")).orElse("");
        Optional<String> origin = Optional.ofNullable(request.getHeader("Origin"));
        if (!names.contains(withoutPort(host).toLowerCase(Locale.ROOT))) {
            refuse(response, "Host", host);
        } else if (origin.isPresent() && !authority(origin.get()).equals(Optional.of(host))) {
            refuse(response, "Origin", origin.get());
        } else {
            chain.doFilter(request, response);
        }
    }

    private static String withoutPort(String authority) {
        int colon = authority.lastIndexOf(':');
        return colon > authority.lastIndexOf(']') ? authority.substring(0, colon) : authority;
    }

    private static Optional<String> authority(String origin) {
        try {
            return Optional.ofNullable(URI.create(origin).getRawAuthority());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static void refuse(HttpServletResponse response, String header, String value) throws IOException {
        response.setStatus(HttpServletResponse.SC_FORBIDDEN);
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        String shown = value.replaceAll("[^A-Za-z0-9.:/\\[\\]_-]", "?");
        response.getOutputStream().print("""
                        {"type":"/problems/foreign-request","title":"Not addressed to this machine","status":403,\
                        "detail":"%s is '%s'; expected localhost, 127.0.0.1, [::1] or a name given with --public-name and, if there \
                        is an Origin, the same"}
                        """.formatted(header, shown.substring(0, Math.min(100, shown.length()))));
    }
}

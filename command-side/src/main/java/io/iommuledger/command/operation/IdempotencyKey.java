package io.iommuledger.command.operation;

import io.iommuledger.protocol.Sha256;
import io.iommuledger.web.Body;
import io.iommuledger.web.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a client calls a request by, so that it can send it again without having it carried out again.
 *
 * @param principal whose key it is
 * @param request   SHA-256 of all that the request says
 */
@SuppressWarnings("ArrayRecordComponent") // compared only by the database
record IdempotencyKey(String principal, String key, byte[] request) {
    static final String HEADER = "Idempotency-Key";

    private static final Pattern FORM = Pattern.compile("[\\x21-\\x7e]{1,255}");

    /** After the request's body has been read. */
    static Optional<IdempotencyKey> of(HttpServletRequest request, String principal) {
        List<String> keys = Collections.list(request.getHeaders(HEADER));
        if (keys.size() > 1) {
            throw Problem.badField(HEADER, String.join(", ", keys), "one key, in one header");
        }
        return keys.stream().findFirst().map(key -> {
            if (!FORM.matcher(key).matches()) {
                throw Problem.badField(HEADER, key, "1 to 255 visible characters of ASCII, for example a UUID");
            }
            return new IdempotencyKey(principal, key, digest(request));
        });
    }

    private static byte[] digest(HttpServletRequest request) {
        String line = request.getMethod() + " " + request.getRequestURI() + "?"
                + Objects.requireNonNullElse(request.getQueryString(), "") + "\n";
        MessageDigest digest = Sha256.begun();
        digest.update(line.getBytes(StandardCharsets.UTF_8));
        return digest.digest(Body.bytesOf(request));
    }
}

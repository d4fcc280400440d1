package io.iommuledger.query.proof;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/** Answers that are no JSON, with how long they may be kept. */
final class Bytes {
    private static final Duration FOR_EVER = Duration.ofDays(365);
    private static final MediaType TEXT = new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8);

    private Bytes() {}

    /** What is another one soon. */
    static ResponseEntity<byte[]> text(String text) {
        return answer(text.getBytes(StandardCharsets.UTF_8), TEXT, CacheControl.noCache());
    }

    /** What never changes. */
    static ResponseEntity<byte[]> forEver(byte[] bytes) {
        return answer(
                bytes,
                MediaType.APPLICATION_OCTET_STREAM,
                CacheControl.maxAge(FOR_EVER).immutable());
    }

    private static ResponseEntity<byte[]> answer(byte[] bytes, MediaType type, CacheControl caching) {
        return ResponseEntity.ok().contentType(type).cacheControl(caching).body(bytes);
    }
}

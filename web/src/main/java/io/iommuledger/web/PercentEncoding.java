package io.iommuledger.web;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.springframework.util.StringUtils;

/** How names and values of a query are written. */
final class PercentEncoding {
    private static final String EXPECTED =
            "percent-encoded UTF-8: two hex digits behind each %, and %25 for a % that stands for itself";

    private PercentEncoding() {}

    /** @throws Problem of what cannot be read, a value by the name that is before it */
    static void require(String query) {
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : pair.substring(equals + 1);
            if (!readable(name)) {
                throw Problem.badField("the query", pair, EXPECTED);
            }
            if (!readable(value)) {
                throw Problem.badField(name, value, EXPECTED);
            }
        }
    }

    private static boolean readable(String encoded) {
        try {
            byte[] bytes =
                    StringUtils.uriDecode(encoded, StandardCharsets.ISO_8859_1).getBytes(StandardCharsets.ISO_8859_1);
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (IllegalArgumentException | CharacterCodingException unreadable) {
            return false;
        }
    }
}

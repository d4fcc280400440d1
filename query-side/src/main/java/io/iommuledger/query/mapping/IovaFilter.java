package io.iommuledger.query.mapping;

import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.web.Body;
import io.iommuledger.web.Problem;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Addresses that a request asks for: one, or {@code START-LAST} with both ends inside; decimal or {@code 0x} hex. */
final class IovaFilter {
    private static final Pattern FORM = Pattern.compile("(0[xX][0-9a-fA-F]+|\\d+)(?:-(0[xX][0-9a-fA-F]+|\\d+))?");

    static final String FORMS = "an address or START-LAST, decimal or 0x hex";

    private IovaFilter() {}

    static IovaRange parse(String text) {
        return parse("iova", text);
    }

    static IovaRange parse(String field, String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw Problem.badField(field, text, FORMS);
        }
        long start = Body.parseU64(field, form.group(1));
        long last = Optional.ofNullable(form.group(2))
                .map(end -> Body.parseU64(field, end))
                .orElse(start);
        if (Long.compareUnsigned(last, start) < 0) {
            throw Problem.badField(field, text, "a range that does not end before it starts");
        }
        return new IovaRange(start, last);
    }
}

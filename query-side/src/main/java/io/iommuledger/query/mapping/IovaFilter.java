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

    private IovaFilter() {}

    static IovaRange parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw Problem.badField("iova", text, "an address or START-LAST, decimal or 0x hex");
        }
        long start = Body.parseU64("iova", form.group(1));
        long last = Optional.ofNullable(form.group(2))
                .map(end -> Body.parseU64("iova", end))
                .orElse(start);
        if (Long.compareUnsigned(last, start) < 0) {
            throw Problem.badField("iova", text, "a range that does not end before it starts");
        }
        return new IovaRange(start, last);
    }
}

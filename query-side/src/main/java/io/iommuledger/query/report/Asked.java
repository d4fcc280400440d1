package io.iommuledger.query.report;

import io.iommuledger.lifecycle.host.Scope;
import io.iommuledger.query.replay.Requests;
import io.iommuledger.report.Format;
import io.iommuledger.web.Body;
import io.iommuledger.web.Problem;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a request for a report says, in its words. */
public record Asked(
        Kind kind, Format format, Optional<String> from, Optional<String> to, Optional<String> known, Scope scope) {

    static Asked of(Body body) {
        Scope scope = Requests.scope(body);
        body.optionalObject("scope", "host", "context", "device").ifPresent(Asked::wholeHosts);
        String kind = body.text("kind");
        String format = body.text("format");
        return new Asked(
                Arrays.stream(Kind.values())
                        .filter(each -> each.word().equals(kind))
                        .findFirst()
                        .orElseThrow(() -> body.bad("kind", words(Kind.values(), Kind::word))),
                Format.of(format).orElseThrow(() -> body.bad("format", words(Format.values(), Format::word))),
                body.optionalWord("from"),
                body.optionalWord("to"),
                body.optionalWord("known"),
                scope);
    }

    /** What is recorded, and whether it is all, is known of hosts. */
    private static void wholeHosts(Body scope) {
        for (String field : new String[] {"context", "device"}) {
            if (scope.has(field)) {
                throw Problem.badField(
                        "scope." + field, scope.text(field), "only a host in the scope: a report is about whole hosts");
            }
        }
    }

    private static <T> String words(T[] all, java.util.function.Function<T, String> word) {
        return Arrays.stream(all).map(word).collect(Collectors.joining(" or "));
    }
}

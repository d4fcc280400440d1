package io.iommuledger.query.position;

import io.iommuledger.query.form.Parameters;
import io.iommuledger.web.Problem;
import io.iommuledger.web.Times;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which state a request asks for.
 *
 * @param known position up to which facts count; empty for all that there are
 * @param nanos instant; empty for what stood at that position
 */
record Wanted(OptionalLong known, OptionalLong nanos) {
    private static final String EXPECTED =
            "a position, or an instant of RFC 3339, of the years 1678 to 2262, for example 2026-11-25T03:14:07.250Z";

    /** A position that the rows must have reached, and the parameter that says so. */
    record Reach(String field, long position) {}

    static Wanted parse(When when) {
        OptionalLong known = when.known()
                .map(text -> OptionalLong.of(Parameters.natural("known", text)))
                .orElse(OptionalLong.empty());
        if (when.at().isEmpty()) {
            if (known.isPresent()) {
                throw Problem.badField("known", when.known().get(), "an instant beside it, in at");
            }
            return new Wanted(OptionalLong.empty(), OptionalLong.empty());
        }
        Wanted wanted = parse("at", when.at().get(), known);
        if (wanted.nanos().isEmpty()
                && known.isPresent()
                && known.getAsLong() < wanted.known().orElse(0)) {
            throw Problem.badField(
                    "known",
                    when.known().get(),
                    "a position that is not below at, " + when.at().get());
        }
        return wanted;
    }

    /** @param known position up to which facts may tell of an instant */
    static Wanted parse(String field, String text, OptionalLong known) {
        if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return new Wanted(OptionalLong.of(Parameters.natural(field, text)), OptionalLong.empty());
        }
        OptionalLong nanos = Times.nanos(text);
        if (nanos.isEmpty()) {
            throw Problem.badField(field, text, EXPECTED);
        }
        return new Wanted(known, nanos);
    }

    Optional<Reach> reach() {
        return known.isPresent()
                ? Optional.of(new Reach(nanos.isPresent() ? "known" : "at", known.getAsLong()))
                : Optional.empty();
    }
}

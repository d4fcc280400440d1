package io.iommuledger.cli;

import io.iommuledger.cli.client.Answer;
import io.iommuledger.cli.client.Printable;
import io.iommuledger.cli.table.Amounts;
import io.iommuledger.cli.table.Paint;
import io.iommuledger.cli.table.Wrapping;
import io.iommuledger.cli.table.Wrapping.Part;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What an answer rests on; without it nobody should trust it. */
final class Footer {
    /** Clocks that differ by less are as good as the same. */
    private static final Duration SKEW = Duration.ofMillis(1);

    /** By its own path, by the id of something of it, or by a parameter. */
    private static final Pattern OF_HOST = Pattern.compile("^/api/v1/hosts/(?<host>[^/?]+)"
            + "|^/api/v1/(?:mappings|resets)/(?<id>[^/?]+)\\.[^./?]+|[?&]host=(?<only>[^&]+)");

    private final OptionalInt width;
    private final Paint paint;

    Footer(OptionalInt width, Paint paint) {
        this.width = width;
        this.paint = paint;
    }

    /**
     * In a line, or more where it is narrow: how much, as of where, whether that is all, how old, and who is tainted.
     *
     * @param counted the rows in words; empty if there is nothing to count
     */
    List<String> basis(Answer answer, String counted) {
        List<Part> parts = new ArrayList<>();
        parts.add(Part.plain((counted.isEmpty() ? "" : counted + " ") + "as of " + place(answer.json())));
        JsonNode from = answer.json().path("from");
        if (from.isObject()) {
            parts.add(Part.plain("compared with " + beginning(from, answer.number("position"))));
        }
        completeness(answer.json().path("completeness")).ifPresent(parts::add);
        unknown(answer.json().path("unknown")).ifPresent(parts::add);
        lasting(answer.json().path("lagNanos")).ifPresent(lag -> parts.add(Part.plain("lag " + Amounts.lasting(lag))));
        lasting(answer.json().path("skewNanos"))
                .filter(skew -> skew.compareTo(SKEW) > 0)
                .ifPresent(skew ->
                        parts.add(new Part("a clock had jumped back " + Amounts.lasting(skew), paint::doubtful)));
        taint(answer.json()).ifPresent(parts::add);
        Optional.of(answer.json().path("note").asString(""))
                .filter(note -> !note.isEmpty())
                .ifPresent(note -> parts.add(new Part(Printable.of(note), paint::doubtful)));
        return Wrapping.joined(parts, width.orElse(Integer.MAX_VALUE));
    }

    private static String place(JsonNode place) {
        String instant = place.path("instant").asString("");
        return "position " + place.path("position").asLong(-1)
                + (instant.isEmpty() ? "" : " (" + Printable.of(instant) + ")");
    }

    /** An instant is as it is known at the answer's own position, which would only be said twice. */
    private static String beginning(JsonNode from, long known) {
        String instant = from.path("instant").asString("");
        return from.path("position").asLong(-1) == known && !instant.isEmpty() ? Printable.of(instant) : place(from);
    }

    private Optional<Part> completeness(JsonNode completeness) {
        return switch (completeness.path("state").asString("")) {
            case "" -> Optional.empty();
            case "complete" -> Optional.of(new Part("complete", paint::good));
            case "gap" -> Optional.of(new Part("GAP: " + gaps(completeness), paint::warning));
            case "open" -> Optional.of(new Part(open(completeness), paint::doubtful));
            default -> Optional.of(Part.plain(Printable.of(completeness.toString())));
        };
    }

    private static String gaps(JsonNode completeness) {
        String causes = completeness.path("gaps").values().stream()
                .map(gap ->
                        gap.path("count").asLong(0) + " of " + gap.path("host").asString("") + ", "
                                + gap.path("cause").asString(""))
                .collect(Collectors.joining("; "));
        return Printable.of(completeness.path("missing").asString("") + " facts are missing (" + causes + ")");
    }

    private static String open(JsonNode completeness) {
        long hosts = completeness.path("openHosts").asLong(1);
        return Printable.of((hosts > 1 ? hosts + " hosts " : "") + "open since "
                + completeness.path("openSince").asString(""));
    }

    /** Mappings that may be in the list too. */
    private Optional<Part> unknown(JsonNode unknown) {
        long mappings = unknown.path("mappings").asLong(0);
        String more = unknown.path("more").asBoolean(false) ? "more than " : "";
        return mappings == 0
                ? Optional.empty()
                : Optional.of(new Part("of " + more + mappings + " it is UNKNOWN what they reach", paint::doubtful));
    }

    private Optional<Part> taint(JsonNode answer) {
        if (answer.path("tainted").asBoolean(false)) {
            return Optional.of(
                    new Part("host " + host(answer).map(name -> name + " ").orElse("") + "TAINTED", paint::warning));
        }
        List<String> hosts = answer.path("taintedHosts").values().stream()
                .map(host -> Printable.of(host.asString("")))
                .toList();
        return hosts.isEmpty()
                ? Optional.empty()
                : Optional.of(new Part(
                        (hosts.size() == 1 ? "host " : "hosts ") + String.join(", ", hosts) + " TAINTED",
                        paint::warning));
    }

    /** The one host that the answer is about, as it says or as the link does under which it is found again. */
    private static Optional<String> host(JsonNode answer) {
        if (answer.path("host").isString()) {
            return Optional.of(Printable.of(answer.path("host").asString()));
        }
        Matcher pinned = OF_HOST.matcher(answer.path("pinned").asString(""));
        return pinned.find()
                ? Stream.of("host", "id", "only")
                        .flatMap(group -> Stream.ofNullable(pinned.group(group)))
                        .findFirst()
                        .map(Printable::of)
                : Optional.empty();
    }

    private static Optional<Duration> lasting(JsonNode nanos) {
        String text = nanos.asString("").toLowerCase(Locale.ROOT);
        return text.matches("-?\\d{1,18}") ? Optional.of(Duration.ofNanos(Long.parseLong(text))) : Optional.empty();
    }
}

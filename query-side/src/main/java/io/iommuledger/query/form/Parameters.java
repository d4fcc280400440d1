package io.iommuledger.query.form;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.lifecycle.reset.EpisodeId;
import io.iommuledger.web.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.boot.convert.DurationStyle;

/** What a request says in its path and query; a refusal names the field and shows its value. */
public final class Parameters {
    private static final Pattern WHOLE = Pattern.compile("[0-9]+");
    private static final Pattern EPISODE = Pattern.compile("(.+)\\.(\\d{1,18})-r(\\d{1,18})");
    private static final Pattern EVENT_TYPE = Pattern.compile("[a-z]+\\.[a-z-]+");
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private Parameters() {}

    /** A position. */
    public static long natural(String field, String text) {
        return wholeNumber(text)
                .orElseThrow(() -> Problem.badField(field, text, "a position: a whole number, 0 or more"));
    }

    /** One that is not negative; empty if the text is none, or too large for a position. */
    public static OptionalLong wholeNumber(String text) {
        try {
            return WHOLE.matcher(text).matches() ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
        } catch (NumberFormatException tooLarge) {
            return OptionalLong.empty();
        }
    }

    public static int limit(Optional<String> text, int usual, int most) {
        String expected = "a whole number from 1 to " + most;
        int value = text.map(given -> parsed("limit", given, Integer::parseInt, expected))
                .orElse(usual);
        if (value < 1 || value > most) {
            throw Problem.badField("limit", text.orElse(""), expected);
        }
        return value;
    }

    public static HostId host(String text) {
        return parsed("host", text, HostId::new, "the id of a host: " + HostId.FORM_IN_WORDS);
    }

    public static ContextId context(String text) {
        return parsed("context", text, ContextId::parse, "EPOCH-N, for example 3-1");
    }

    public static MappingId mapping(String text) {
        return parsed("mapping", text, MappingId::parse, "HOST.EPOCH-N, for example rack7.3-15");
    }

    public static EpisodeId episode(String text) {
        String expected = "HOST.EPOCH-rN, for example rack7.3-r2";
        Matcher form = EPISODE.matcher(text);
        if (!form.matches()) {
            throw Problem.badField("reset", text, expected);
        }
        return parsed(
                "reset",
                text,
                all -> new EpisodeId(
                        new HostId(form.group(1)), Long.parseLong(form.group(2)), Long.parseLong(form.group(3))),
                expected);
    }

    public static PciAddress device(String field, String text) {
        return parsed(field, text, PciAddress::parse, "domain:bus:device.function, for example 0000:3b:00.0");
    }

    /** Any text, but for characters that nothing stored can have. */
    public static String text(String field, String text) {
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw Problem.badField(field, text, "a text without control characters");
        }
        return text;
    }

    public static String eventType(String text) {
        if (!EVENT_TYPE.matcher(text).matches()) {
            throw Problem.badField("type", text, "the name of a kind of event, for example mapping.mapped");
        }
        return text;
    }

    public static String choice(String field, String text, String... known) {
        if (!List.of(known).contains(text)) {
            throw Problem.badField(field, text, String.join(" or ", known));
        }
        return text;
    }

    /** {@code 500ms}, {@code 2s}, {@code 5m}, {@code 1h}, {@code 7d}, or a duration of ISO 8601. */
    public static Duration duration(String field, String text) {
        String expected = "a duration, for example 500ms, 2s or PT2M";
        Duration value = parsed(field, text, DurationStyle::detectAndParse, expected);
        if (value.isNegative() || value.compareTo(LONGEST) > 0) {
            throw Problem.badField(field, text, expected);
        }
        return value;
    }

    public static boolean flag(String field, String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw Problem.badField(field, text, "true or false");
        };
    }

    private static <T> T parsed(String field, String text, Function<String, T> parser, String expected) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw Problem.badField(field, text, expected);
        }
    }
}

package io.iommuledger.lifecycle.replay;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Cause;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.lifecycle.mapping.MappingState;
import io.iommuledger.lifecycle.mapping.Source;
import io.iommuledger.lifecycle.replay.Condition.What;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a {@link Condition}.
 *
 * <pre>
 * condition = both { "or" both }
 * both      = one { "and" one }
 * one       = "not" one | "(" condition ")" | "zombie" | "exposes"
 *           | word ( "=" | "!=" ) value                word: state cause source host context mapping
 *                                                            device exporter importer
 *           | "iova" ( "=" address | "overlaps" address "-" address )
 *           | "age" ( "&gt;" | "&gt;=" | "&lt;" | "&lt;=" ) number unit          unit: ns us ms s m h d
 * </pre>
 */
public final class ConditionParser {
    private static final int LONGEST = 1_000;
    private static final int DEEPEST = 50;
    private static final Pattern TOKEN = Pattern.compile("\\s*([()]|!=|>=|<=|[=<>]|[^\\s()=!<>]+)");
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,12})(ns|us|ms|s|m|h|d)");
    private static final Map<String, Long> UNITS = Map.of(
            "ns", 1L,
            "us", 1_000L,
            "ms", 1_000_000L,
            "s", 1_000_000_000L,
            "m", 60_000_000_000L,
            "h", 3_600_000_000_000L,
            "d", 86_400_000_000_000L);
    private static final String ONE =
            "zombie, exposes, not, '(', age, iova, or one of state, cause, source, host, context, mapping, device,"
                    + " exporter, importer";

    private final String text;
    private int at;
    private int depth;

    private record Token(String text, int place, int end) {}

    private ConditionParser(String text) {
        this.text = text;
    }

    /** @throws BadCondition if it is none */
    public static Condition parse(String text) {
        if (text.length() > LONGEST) {
            throw new BadCondition(LONGEST, "there is more", "at most " + LONGEST + " characters");
        }
        ConditionParser parser = new ConditionParser(text);
        Condition condition = parser.either();
        parser.peek().ifPresent(rest -> {
            throw bad(rest, "and, or, or the end");
        });
        return condition;
    }

    private Condition either() {
        Condition left = both();
        while (take("or")) {
            left = new Condition.Or(left, both());
        }
        return left;
    }

    private Condition both() {
        Condition left = one();
        while (take("and")) {
            left = new Condition.And(left, one());
        }
        return left;
    }

    private Condition one() {
        Token token = next(ONE);
        if (++depth > DEEPEST) {
            throw bad(token, "a condition that is nested less deeply than " + DEEPEST + " times");
        }
        Condition one = switch (token.text().toLowerCase(Locale.ROOT)) {
            case "not" -> new Condition.Not(one());
            case "(" -> inside();
            case "zombie" -> new Condition.Is(What.ZOMBIE, "");
            case "exposes" -> new Condition.Is(What.EXPOSES, "");
            case "age" -> age();
            case "iova" -> iova();
            case "state" -> is(What.STATE, constant(MappingState.values()));
            case "cause" -> is(What.CAUSE, constant(Cause.values()));
            case "source" -> is(What.SOURCE, constant(Source.values()));
            case "host" -> is(What.HOST, name(HostId::new));
            case "context" -> is(What.CONTEXT, name(ContextId::parse));
            case "mapping" -> is(What.MAPPING, name(MappingId::parse));
            case "device" -> is(What.DEVICE, name(PciAddress::parse));
            case "exporter" -> is(What.EXPORTER, name(PciAddress::parse));
            case "importer" -> is(What.IMPORTER, name(PciAddress::parse));
            default -> throw bad(token, ONE);
        };
        depth--;
        return one;
    }

    private Condition inside() {
        Condition inside = either();
        Token closing = next("')'");
        if (!closing.text().equals(")")) {
            throw bad(closing, "and, or, or ')'");
        }
        return inside;
    }

    private Condition is(What what, Function<Token, String> value) {
        Token operator = next("= or !=");
        boolean same = operator.text().equals("=");
        if (!same && !operator.text().equals("!=")) {
            throw bad(operator, "= or !=");
        }
        Condition is = new Condition.Is(what, value.apply(next("a value")));
        return same ? is : new Condition.Not(is);
    }

    private static Function<Token, String> constant(Enum<?>[] constants) {
        return token -> {
            String name = token.text().toUpperCase(Locale.ROOT);
            if (Arrays.stream(constants).noneMatch(constant -> constant.name().equals(name))) {
                throw bad(token, "one of " + Arrays.toString(constants));
            }
            return name;
        };
    }

    private static Function<Token, String> name(Function<String, ?> parser) {
        return token -> {
            try {
                return parser.apply(token.text()).toString();
            } catch (IllegalArgumentException none) {
                throw bad(token, String.valueOf(none.getMessage()));
            }
        };
    }

    private Condition age() {
        Token operator = next("one of > >= < <=");
        boolean known = operator.text().startsWith(">") || operator.text().startsWith("<");
        if (!known) {
            throw bad(operator, "one of > >= < <=");
        }
        Token written = next("a duration, for example 500ms or 2s");
        Matcher duration = DURATION.matcher(written.text());
        if (!duration.matches()) {
            throw bad(written, "a duration: a number and one of ns, us, ms, s, m, h, d");
        }
        long nanos;
        try {
            nanos = Math.multiplyExact(Long.parseLong(duration.group(1)), UNITS.getOrDefault(duration.group(2), 1L));
        } catch (ArithmeticException tooLong) {
            throw bad(written, "a duration of less than 292 years");
        }
        return switch (operator.text()) {
            case ">" -> new Condition.Age(nanos, true);
            case ">=" -> new Condition.Age(nanos, false);
            case "<" -> new Condition.Not(new Condition.Age(nanos, false));
            default -> new Condition.Not(new Condition.Age(nanos, true));
        };
    }

    private Condition iova() {
        Token operator = next("= or overlaps");
        Token written = next("an address, or two with '-' between them");
        String[] ends = written.text().split("-", -1);
        boolean overlaps = operator.text().equalsIgnoreCase("overlaps");
        if (!overlaps && !operator.text().equals("=")) {
            throw bad(operator, "= or overlaps");
        }
        if (ends.length > 2 || (!overlaps && ends.length > 1)) {
            throw bad(written, overlaps ? "an address, or two with '-' between them" : "an address");
        }
        long start = address(written, ends[0]);
        long last = address(written, ends[ends.length - 1]);
        if (Long.compareUnsigned(last, start) < 0) {
            throw bad(written, "a range whose end, which is inside, is not below its start");
        }
        return new Condition.Overlaps(new IovaRange(start, last));
    }

    private static long address(Token token, String text) {
        try {
            return text.startsWith("0x") || text.startsWith("0X")
                    ? Long.parseUnsignedLong(text.substring(2), 16)
                    : Long.parseUnsignedLong(text);
        } catch (NumberFormatException none) {
            throw bad(token, "addresses in decimal or 0x hex");
        }
    }

    private boolean take(String word) {
        Optional<Token> token = peek();
        if (token.isPresent() && token.get().text().equalsIgnoreCase(word)) {
            at = token.get().end();
            return true;
        }
        return false;
    }

    private Token next(String expected) {
        Token token = peek().orElseThrow(() -> new BadCondition(text.length(), "the condition ends", expected));
        at = token.end();
        return token;
    }

    private Optional<Token> peek() {
        Matcher token = TOKEN.matcher(text).region(at, text.length());
        if (token.lookingAt()) {
            return Optional.of(new Token(token.group(1), token.start(1), token.end()));
        }
        int rest = at;
        while (rest < text.length() && Character.isWhitespace(text.charAt(rest))) {
            rest++;
        }
        return rest == text.length()
                ? Optional.empty()
                : Optional.of(new Token(text.substring(rest, rest + 1), rest, rest + 1));
    }

    private static BadCondition bad(Token token, String expected) {
        return new BadCondition(token.place(), "'" + token.text() + "'", expected);
    }
}

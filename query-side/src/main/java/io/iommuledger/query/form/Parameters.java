package io.iommuledger.query.form;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.web.Problem;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What a request says in its path and query; a refusal names the field and shows its value. */
public final class Parameters {

    private Parameters() {}

    /** A whole number that is not negative. */
    public static long natural(String field, String text) {
        long value = parsed(field, text, Long::parseLong, "a position: a whole number, 0 or more");
        if (value < 0) {
            throw Problem.badField(field, text, "a position: a whole number, 0 or more");
        }
        return value;
    }

    /** As {@link #natural}, or -1: what stands before the first position. */
    public static long after(String field, String text) {
        return text.equals("-1") ? -1 : natural(field, text);
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
        return parsed("host", text, HostId::new, "the id of a host, for example rack7");
    }

    public static ContextId context(String text) {
        return parsed("context", text, ContextId::parse, "EPOCH-N, for example 3-1");
    }

    public static MappingId mapping(String text) {
        return parsed("mapping", text, MappingId::parse, "HOST.EPOCH-N, for example rack7.3-15");
    }

    public static PciAddress device(String text) {
        return parsed("device", text, PciAddress::parse, "domain:bus:device.function, for example 0000:3b:00.0");
    }

    public static String choice(String field, String text, String... known) {
        if (!List.of(known).contains(text)) {
            throw Problem.badField(field, text, String.join(" or ", known));
        }
        return text;
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

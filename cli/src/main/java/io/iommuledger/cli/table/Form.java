package io.iommuledger.cli.table;

import io.iommuledger.cli.client.Printable;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** How a value of an answer is written in a table. */
public enum Form {
    TEXT,
    /** A text of several words, which may go on in the next line. */
    WORDS {
        @Override
        boolean wraps() {
            return true;
        }
    },
    NUMBER {
        @Override
        boolean right() {
            return true;
        }
    },
    /** Elements of a list. */
    LIST {
        @Override
        String show(JsonNode value, Instant now) {
            return value.values().stream().map(Form::text).collect(Collectors.joining(", "));
        }

        @Override
        boolean wraps() {
            return true;
        }
    },
    /** How many elements a list has. */
    COUNT {
        @Override
        String show(JsonNode value, Instant now) {
            return Integer.toString(value.size());
        }

        @Override
        boolean right() {
            return true;
        }
    },
    YES_OR_NO {
        @Override
        String show(JsonNode value, Instant now) {
            return value.asBoolean(false) ? "yes" : "no";
        }
    },
    BYTES {
        @Override
        String show(JsonNode value, Instant now) {
            return Amounts.bytes(text(value));
        }

        @Override
        boolean right() {
            return true;
        }
    },
    /** Nanoseconds. */
    LASTING {
        @Override
        String show(JsonNode value, Instant now) {
            return Amounts.lasting(Duration.ofNanos(Long.parseLong(text(value))));
        }

        @Override
        boolean right() {
            return true;
        }
    },
    /** An instant, and how long it has been since. */
    AGE {
        @Override
        String show(JsonNode value, Instant now) {
            return Amounts.since(text(value), now);
        }

        @Override
        boolean right() {
            return true;
        }
    },
    /** For how long a mapping has been a zombie without a break, or had been one when it stopped being one. */
    ZOMBIE {
        @Override
        String show(JsonNode value, Instant now) {
            return Mapped.zombie(value, now);
        }

        @Override
        boolean right() {
            return true;
        }
    },
    /** {@code state} and {@code source}: what is not observed is marked so. */
    STATE {
        @Override
        String show(JsonNode value, Instant now) {
            return text(value.path("state")) + mark(text(value.path("source")));
        }
    },
    /** What a mapping maps. */
    BACKING {
        @Override
        String show(JsonNode value, Instant now) {
            return Mapped.backing(value);
        }
    },
    /** How long a DMA could reach what it should not, of a mapping or an interval. */
    EXPOSURE {
        @Override
        String show(JsonNode value, Instant now) {
            return Mapped.exposure(value, now);
        }
    },
    /** Whether a mapping became a zombie, or ceased to be one. */
    TURN {
        @Override
        String show(JsonNode value, Instant now) {
            return value.path("becameZombie").asBoolean(false)
                    ? "became"
                    : value.path("ceasedZombie").asBoolean(false) ? "ceased" : "";
        }
    },
    /** The name of a kind of event. What comes later may be longer. */
    TYPE {
        @Override
        int least() {
            return 24;
        }
    },
    /** Whatever it is. */
    VALUE {
        @Override
        String show(JsonNode value, Instant now) {
            return nested(value);
        }

        @Override
        boolean wraps() {
            return true;
        }
    },
    /** Members and their values, whatever they are. */
    FIELDS {
        @Override
        String show(JsonNode value, Instant now) {
            return value.properties().stream()
                    .map((Map.Entry<String, JsonNode> one) -> one.getKey() + "=" + nested(one.getValue()))
                    .collect(Collectors.joining(" "));
        }

        @Override
        int readable() {
            return 44;
        }

        @Override
        boolean wraps() {
            return true;
        }
    };

    /** Follows from what the kernel answered by the rules of its interface; nobody observed it. */
    public static final String INFERRED = "*";

    /** Nobody knows. */
    public static final String UNKNOWN = "?";

    String show(JsonNode value, Instant now) {
        return text(value);
    }

    /** Whether it goes on in the next line where it is too long. */
    boolean wraps() {
        return false;
    }

    /** What one that goes on in the next line is not made narrower than, unless nothing else helps. */
    int readable() {
        return 24;
    }

    /** How wide its column is even if nothing in it is. */
    int least() {
        return 0;
    }

    /** Whether it stands at its column's right edge. */
    boolean right() {
        return false;
    }

    static String text(JsonNode value) {
        return Printable.of(value.isValueNode() ? value.asString("") : value.toString());
    }

    private static String mark(String source) {
        return switch (source) {
            case "INFERRED" -> INFERRED;
            case "UNKNOWN" -> UNKNOWN;
            default -> "";
        };
    }

    private static String nested(JsonNode value) {
        if (value.isArray()) {
            return value.values().stream().map(Form::nested).collect(Collectors.joining(",", "[", "]"));
        }
        if (value.isObject()) {
            return value.properties().stream()
                    .map(one -> one.getKey() + "=" + nested(one.getValue()))
                    .collect(Collectors.joining(" ", "{", "}"));
        }
        return text(value);
    }
}

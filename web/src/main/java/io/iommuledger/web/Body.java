package io.iommuledger.web;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.springframework.http.HttpStatus;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A JSON object of a request, read field by field, so that a refusal names the field and its value. A field that is not
 * known is refused: a misspelt one must not be silently left out of a command.
 */
public final class Body {
    private static final int LIMIT_BYTES = 1 << 20;

    /** 65,535 ranges of a map request, generously written. */
    public static final int MANY_BYTES = 32 << 20;

    private static final String BYTES = Body.class.getName();

    /** Bounded: the time that a conversion takes grows faster than the number of digits. */
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,24}|0[xX][0-9a-fA-F]{1,24}");

    private static final BigInteger U64 = BigInteger.TWO.pow(64);

    /** Of JSON, each brace, name and value: 65,535 ranges have 1.3 million, and each takes far more memory than bytes. */
    private static final long MOST_TOKENS = 1_500_000;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxTokenCount(MOST_TOKENS)
                            .build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final String path;
    private final JsonNode object;

    private Body(String path, JsonNode object) {
        this.path = path;
        this.object = object;
    }

    /** @throws Problem if the request has no JSON object of at most 1 MiB with only these fields */
    public static Body read(HttpServletRequest request, String... known) {
        return readAtMost(LIMIT_BYTES, request, known);
    }

    /** Of a request that says all by its path: what nobody would read is refused, as a field that is not known is. */
    public static void none(HttpServletRequest request) {
        read(request);
    }

    /** Whether a body, which is not read yet, may be longer than those of most requests. */
    public static boolean mayBeLong(HttpServletRequest request) {
        long length = request.getContentLengthLong();
        return length < 0 ? request.getHeader("Transfer-Encoding") != null : length > LIMIT_BYTES;
    }

    /** As {@link #read}, for a body that may hold a list of very many. */
    public static Body readAtMost(int limit, HttpServletRequest request, String... known) {
        byte[] bytes;
        try {
            bytes = request.getInputStream().readNBytes(limit + 1);
        } catch (IOException e) {
            throw malformed("the request's body broke off");
        }
        if (bytes.length > limit) {
            throw new Problem(
                    HttpStatus.CONTENT_TOO_LARGE,
                    "bad-request",
                    "The request cannot be understood",
                    "the body is longer than " + limit + " bytes");
        }
        request.setAttribute(BYTES, bytes);
        return parse(bytes, known);
    }

    /** The bytes of a request's body, as far as somebody has read it. */
    public static byte[] bytesOf(HttpServletRequest request) {
        return request.getAttribute(BYTES) instanceof byte[] bytes ? bytes : new byte[0];
    }

    static Body parse(byte[] bytes, String... known) {
        try {
            JsonNode node = bytes.length == 0 ? JSON.createObjectNode() : JSON.readTree(bytes);
            return of("", node, known);
        } catch (StreamConstraintsException tooMuch) {
            throw malformed("the body is nested too deep, has too long a name or number, or more than " + MOST_TOKENS
                    + " braces, names and values; a list of ranges has at most 65535" + where(tooMuch));
        } catch (JacksonException e) {
            throw malformed("the body is no JSON that can be read" + where(e));
        }
    }

    /** An object within this one. */
    public Body object(String field, String... known) {
        return of(path + field + ".", required(field), known);
    }

    public Optional<Body> optionalObject(String field, String... known) {
        return present(field).map(node -> of(path + field + ".", node, known));
    }

    /** The objects of a list, each under its place: {@code ranges[17]}. */
    public Optional<List<Body>> optionalObjects(String field, int most, String... known) {
        return present(field).map(list -> {
            if (!list.isArray() || list.isEmpty() || list.size() > most) {
                throw Problem.badField(
                        path + field,
                        list.isArray() ? list.size() + " elements" : list.toString(),
                        "a list of 1 to " + most + " objects");
            }
            List<Body> objects = new ArrayList<>(list.size());
            for (JsonNode element : list) {
                objects.add(of(path + field + "[" + objects.size() + "].", element, known));
            }
            return objects;
        });
    }

    /** Whether the field is there and not null. */
    public boolean has(String field) {
        return present(field).isPresent();
    }

    public Optional<String> optionalText(String field) {
        return present(field).map(node -> text(field));
    }

    /** A list of 1 to so many texts. */
    public Optional<List<String>> optionalTexts(String field, int most) {
        return present(field).map(list -> {
            if (!list.isArray() || list.isEmpty() || list.size() > most) {
                throw bad(field, list, "a list of 1 to " + most + " texts");
            }
            List<String> texts = new ArrayList<>(list.size());
            for (JsonNode element : list) {
                if (!element.isString()) {
                    throw bad(field, element, "a list of texts");
                }
                texts.add(element.stringValue());
            }
            return texts;
        });
    }

    /** The field as this object's path names it, for a refusal. */
    public String at(String field) {
        return path + field;
    }

    public String text(String field) {
        JsonNode node = required(field);
        if (!node.isString()) {
            throw bad(field, node, "a text");
        }
        return node.stringValue();
    }

    /** A text, or a number as it is written. */
    public String word(String field) {
        JsonNode node = required(field);
        if (!node.isString() && !node.isNumber()) {
            throw bad(field, node, "a text or a number");
        }
        return node.asString();
    }

    public Optional<String> optionalWord(String field) {
        return present(field).map(node -> word(field));
    }

    public boolean flag(String field) {
        JsonNode node = required(field);
        if (!node.isBoolean()) {
            throw bad(field, node, "true or false");
        }
        return node.booleanValue();
    }

    /** An unsigned number of 64 bits: a JSON number, or a text in decimal or {@code 0x} hex. */
    public long u64(String field) {
        JsonNode node = required(field);
        if (node.isIntegralNumber()) {
            BigInteger value = node.bigIntegerValue();
            if (value.signum() >= 0 && value.compareTo(U64) < 0) {
                return value.longValue();
            }
        } else if (node.isString()) {
            return parseU64(path + field, node.stringValue());
        }
        throw bad(field, node, "an unsigned number of 64 bits, decimal or 0x hex");
    }

    public boolean flag(String field, boolean otherwise) {
        return has(field) ? flag(field) : otherwise;
    }

    public long u64(String field, long otherwise) {
        return has(field) ? u64(field) : otherwise;
    }

    /** @throws Problem naming the field if the text is no unsigned number of 64 bits */
    public static long parseU64(String field, String text) {
        if (NUMBER.matcher(text).matches()) {
            boolean hex = text.length() > 1 && Character.toLowerCase(text.charAt(1)) == 'x';
            BigInteger value = hex ? new BigInteger(text.substring(2), 16) : new BigInteger(text);
            if (value.compareTo(U64) < 0) {
                return value.longValue();
            }
        }
        throw Problem.badField(field, text, "an unsigned number of 64 bits, decimal or 0x hex");
    }

    public Problem bad(String field, String expected) {
        return bad(field, required(field), expected);
    }

    private Problem bad(String field, JsonNode node, String expected) {
        return Problem.badField(path + field, node.isString() ? node.stringValue() : node.toString(), expected);
    }

    private JsonNode required(String field) {
        return present(field).orElseThrow(() -> Problem.missing(path + field, "a value"));
    }

    private Optional<JsonNode> present(String field) {
        return object.optional(field).filter(node -> !node.isNull());
    }

    private static Body of(String path, JsonNode node, String... known) {
        if (!node.isObject()) {
            throw Problem.badField(
                    path.isEmpty() ? "body" : path.substring(0, path.length() - 1), node.toString(), "an object");
        }
        List<String> allowed = Arrays.asList(known);
        for (String field : node.propertyNames()) {
            if (!allowed.contains(field)) {
                throw Problem.badField(
                        path + field,
                        node.path(field).toString(),
                        allowed.isEmpty()
                                ? "no body, or an object without fields: this request takes none"
                                : "only the fields " + new TreeSet<>(allowed));
            }
        }
        return new Body(path, node);
    }

    private static String where(JacksonException e) {
        return e.getLocation() == null
                ? ""
                : ", at line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr();
    }

    private static Problem malformed(String detail) {
        return new Problem(HttpStatus.BAD_REQUEST, "bad-request", "The request cannot be understood", detail);
    }
}

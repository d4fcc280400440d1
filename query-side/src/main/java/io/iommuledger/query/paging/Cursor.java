package io.iommuledger.query.paging;

import io.iommuledger.protocol.Sha256;
import io.iommuledger.query.position.Standpoint;
import io.iommuledger.query.position.When;
import io.iommuledger.web.Problem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;
import org.springframework.web.util.UriComponents;

/**
 * Where a page ends: the place in history that its list is about, so that every page tells of the same, and the key of its
 * last element.
 *
 * @param question which list of which elements it is, as {@link #asked()} has it
 */
record Cursor(String question, String at, Optional<String> known, List<String> key) {
    private static final String FIELD = "cursor";
    private static final String EXPECTED = "the next of an answer to the same question";

    /** What says how much of a list is wanted, in which form and of when, and not which elements. */
    private static final Set<String> OTHERWISE = Set.of(FIELD, "at", "known", "wait", "limit", "format");

    private static final int QUESTION_DIGITS = 16;

    static Cursor after(Standpoint standpoint, List<String> key) {
        return new Cursor(asked(), standpoint.at(), standpoint.knownText(), key);
    }

    static Cursor after(long position, long known, String key) {
        return new Cursor(asked(), Long.toString(position), Optional.of(Long.toString(known)), List.of(key));
    }

    static Cursor parse(String text) {
        Cursor cursor = decoded(text).orElseThrow(() -> Problem.badField(FIELD, text, EXPECTED));
        if (!cursor.text().equals(text)
                || !cursor.question.equals(asked())
                || cursor.key.stream().anyMatch(Cursor::mangled)) {
            throw Problem.badField(FIELD, text, EXPECTED);
        }
        return cursor;
    }

    private static Optional<Cursor> decoded(String text) {
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split("\n", -1);
            return parts.length > 3
                    ? Optional.of(new Cursor(
                            parts[0],
                            parts[1],
                            Optional.of(parts[2]).filter(known -> !known.isEmpty()),
                            Arrays.asList(parts).subList(3, parts.length)))
                    : Optional.empty();
        } catch (IllegalArgumentException noBase64) {
            return Optional.empty();
        }
    }

    /** The path and the filters of the request that is being answered, in whatever order, as a few digits. */
    private static String asked() {
        ServletUriComponentsBuilder asked = ServletUriComponentsBuilder.fromCurrentRequest();
        OTHERWISE.forEach(asked::replaceQueryParam);
        UriComponents parts = asked.build();
        String filters = parts.getQueryParams().entrySet().stream()
                .map(filter -> filter.getKey() + filter.getValue())
                .sorted()
                .collect(Collectors.joining("\n"));
        return Sha256.hex(parts.getPath() + "\n" + filters).substring(0, QUESTION_DIGITS);
    }

    /** No key has such a character; PostgreSQL takes no text with a NUL. */
    private static boolean mangled(String key) {
        return key.chars().anyMatch(Character::isISOControl);
    }

    When when(When asked) {
        When pinned = new When(Optional.of(at), known, asked.reached());
        if (!asked.agrees(pinned)) {
            throw Problem.badField(FIELD, text(), EXPECTED + ", which was about at=" + at);
        }
        return pinned;
    }

    /** @throws Problem if it is of another list */
    List<Object> values(Order order) {
        List<Order.Key> keys = order.keys();
        if (key.size() != keys.size()) {
            throw Problem.badField(FIELD, text(), EXPECTED);
        }
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            values.add(keys.get(i).number() ? number(key.get(i)) : key.get(i));
        }
        return values;
    }

    /** Where the key is among all of a list. */
    int index(List<String> keys) {
        int index = key.size() == 1 ? keys.indexOf(key.getFirst()) : -1;
        if (index < 0) {
            throw Problem.badField(FIELD, text(), EXPECTED);
        }
        return index;
    }

    private Object number(String part) {
        try {
            return Long.valueOf(part);
        } catch (NumberFormatException e) {
            throw Problem.badField(FIELD, text(), EXPECTED);
        }
    }

    String text() {
        List<String> parts = new ArrayList<>(List.of(question, at, known.orElse("")));
        parts.addAll(key);
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(String.join("\n", parts).getBytes(StandardCharsets.UTF_8));
    }
}

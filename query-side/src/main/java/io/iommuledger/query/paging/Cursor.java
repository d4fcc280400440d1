package io.iommuledger.query.paging;

import io.iommuledger.query.position.Standpoint;
import io.iommuledger.query.position.When;
import io.iommuledger.web.Problem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Where a page ends: the place in history that its list is about, so that every page tells of the same, and the key of its
 * last element.
 */
record Cursor(String at, Optional<String> known, List<String> key) {
    private static final String FIELD = "cursor";
    private static final String EXPECTED = "the next of an answer to the same question";

    static Cursor after(Standpoint standpoint, List<String> key) {
        return new Cursor(standpoint.at(), standpoint.knownText(), key);
    }

    static Cursor after(long position, long known, String key) {
        return new Cursor(Long.toString(position), Optional.of(Long.toString(known)), List.of(key));
    }

    static Cursor parse(String text) {
        Cursor cursor = decoded(text).orElseThrow(() -> Problem.badField(FIELD, text, EXPECTED));
        if (!cursor.text().equals(text) || cursor.key.stream().anyMatch(Cursor::mangled)) {
            throw Problem.badField(FIELD, text, EXPECTED);
        }
        return cursor;
    }

    private static Optional<Cursor> decoded(String text) {
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split("\n", -1);
            return parts.length > 2
                    ? Optional.of(new Cursor(
                            parts[0],
                            Optional.of(parts[1]).filter(known -> !known.isEmpty()),
                            Arrays.asList(parts).subList(2, parts.length)))
                    : Optional.empty();
        } catch (IllegalArgumentException noBase64) {
            return Optional.empty();
        }
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
        List<String> parts = new ArrayList<>(List.of(at, known.orElse("")));
        parts.addAll(key);
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(String.join("\n", parts).getBytes(StandardCharsets.UTF_8));
    }
}

package io.iommuledger.cli.client;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What a server answered.
 *
 * @param text     its JSON, as it came
 * @param json     the same, read
 * @param answered when, by the server's clock
 */
public record Answer(String text, JsonNode json, Instant answered) {

    /** A member that is a text. */
    public Optional<String> text(String member) {
        JsonNode value = json.path(member);
        return value.isString() ? Optional.of(value.asString()) : Optional.empty();
    }

    public long number(String member) {
        return json.path(member).asLong(-1);
    }

    /** The elements of a list; a member that is no list is its own only element, and an empty name means the answer itself. */
    public List<JsonNode> rows(String member) {
        JsonNode value = member.isEmpty() ? json : json.path(member);
        if (value.isMissingNode()) {
            return List.of();
        }
        return value.isArray() ? List.copyOf(value.values()) : List.of(value);
    }

    /** The instant that it is about. */
    public Optional<Instant> instant() {
        return text("instant").map(Instant::parse);
    }
}

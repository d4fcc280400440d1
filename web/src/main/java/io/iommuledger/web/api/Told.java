package io.iommuledger.web.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What no signature tells of REST: what each operation, parameter and problem means, bodies, and examples. It stands in
 * resources {@code openapi/*.json}: one of each side, of what both share one for parameters and one for problems.
 */
final class Told {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String SCHEMAS = "schemas";

    private final JsonNode parameters;
    private final JsonNode problems;
    private final Map<String, JsonNode> operations = new HashMap<>();
    private final Map<String, String> sides = new HashMap<>();
    private final Map<String, JsonNode> schemas = new HashMap<>();

    private Told(JsonNode parameters, JsonNode problems) {
        this.parameters = parameters;
        this.problems = problems;
    }

    static Told read() {
        Map<String, JsonNode> files = new HashMap<>();
        try {
            for (Resource file : new PathMatchingResourcePatternResolver().getResources("classpath*:openapi/*.json")) {
                try (InputStream in = file.getInputStream()) {
                    files.put(String.valueOf(file.getFilename()).replace(".json", ""), JSON.readTree(in));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("what is told of REST cannot be read", e);
        }
        Told told = new Told(required(files.remove("parameters")), required(files.remove("problems")));
        files.forEach(told::take);
        return told;
    }

    Optional<JsonNode> operation(String methodAndPath) {
        return Optional.ofNullable(operations.get(methodAndPath));
    }

    /** The side that answers it. */
    String side(String methodAndPath) {
        return sides.getOrDefault(methodAndPath, "");
    }

    Map<String, JsonNode> schemas() {
        return schemas;
    }

    /** Of an operation's parameter: its own word, or that for all of this name. */
    JsonNode parameter(JsonNode operation, String name) {
        JsonNode own = operation.path("parameters").path(name);
        return own.isMissingNode() ? parameters.path(name) : own;
    }

    /** Types of problems with their statuses, titles and examples. */
    JsonNode problem(String type) {
        return problems.path(type);
    }

    Set<String> problems() {
        return new TreeSet<>(problems.propertyNames());
    }

    static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text.asString()));
        return texts;
    }

    /** As maps, lists and values of the JDK. */
    static Object plain(JsonNode node) {
        return JSON.treeToValue(node, Object.class);
    }

    private void take(String side, JsonNode file) {
        file.propertyStream().forEach(entry -> {
            if (entry.getKey().equals(SCHEMAS)) {
                entry.getValue().propertyStream().forEach(schema -> schemas.put(schema.getKey(), schema.getValue()));
            } else {
                operations.put(entry.getKey(), entry.getValue());
                sides.put(entry.getKey(), side);
            }
        });
    }

    private static JsonNode required(@Nullable JsonNode file) {
        if (file == null) {
            throw new IllegalStateException("a resource of openapi/ is missing");
        }
        return file;
    }
}

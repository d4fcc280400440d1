package io.iommuledger.web.api;

import io.swagger.v3.core.util.Json31;
import io.swagger.v3.oas.models.examples.Example;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** Which refusals an operation may answer with, each with an example. */
record Problems(Told told) {
    static final String SCHEMA = "Problem";

    private static final String TYPE = "application/problem+json";
    private static final List<String> ALWAYS =
            List.of("access-not-recorded", "bad-request", "foreign-request", "internal", "store-unavailable");

    static Schema<?> schema() {
        Map<String, Object> text = Map.of("type", "string");
        return Json31.mapper()
                .convertValue(
                        Map.of(
                                "type",
                                "object",
                                "description",
                                "A refusal (RFC 9457). Each type has a page under docs/errors; some have members of their own.",
                                "required",
                                List.of("type", "title", "status", "detail"),
                                "properties",
                                Map.of(
                                        "type", text,
                                        "title", text,
                                        "status", Map.of("type", "integer"),
                                        "detail", text,
                                        "instance", text),
                                "additionalProperties",
                                true),
                        Schema.class);
    }

    void put(JsonNode words, ApiResponses answers) {
        Set<String> types = new TreeSet<>(ALWAYS);
        types.addAll(Told.texts(words.path("problems")));
        Map<String, Map<String, Example>> byStatus = new TreeMap<>();
        for (String type : types) {
            byStatus.computeIfAbsent(told.problem(type).path("status").asString(), status -> new LinkedHashMap<>())
                    .put(type, example(type));
        }
        byStatus.forEach((status, examples) -> answers.addApiResponse(
                status,
                new ApiResponse()
                        .description("Refused: " + String.join(", ", examples.keySet()) + ".")
                        .content(new Content()
                                .addMediaType(
                                        TYPE,
                                        new MediaType()
                                                .schema(new Schema<>().$ref("#/components/schemas/" + SCHEMA))
                                                .examples(examples)))));
    }

    private Example example(String type) {
        JsonNode problem = told.problem(type);
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("type", "/problems/" + type);
        value.put("title", problem.path("title").asString());
        value.put("status", problem.path("status").asInt());
        value.put("detail", problem.path("detail").asString());
        return new Example().value(value);
    }
}

package io.iommuledger.web.api;

import io.swagger.v3.core.util.Json31;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.parameters.RequestBody;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springdoc.core.customizers.OpenApiCustomizer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Puts what is {@link Told} of each operation to what its handler's signature says. */
final class ApiDocument implements OpenApiCustomizer {
    private static final JsonNode PENDING = JsonNodeFactory.instance
            .objectNode()
            .put("operation", "01a2296d-f053-70c0-bd22-4301309af6c9")
            .put("outcome", "pending")
            .put("position", 12)
            .put("tainted", false);
    private static final String JSON = "application/json";
    private static final String CSV = "text/csv";
    private static final String TEXT = "text/plain";
    private static final Pattern AMOUNT = Pattern.compile("(Nanos|[bB]ytes|size)$");
    private static final String EVENTS = "text/event-stream";
    private static final String REFERENCE = "#/components/schemas/";

    private final Told told;
    private final Problems problems;

    ApiDocument(Told told) {
        this.told = told;
        this.problems = new Problems(told);
    }

    @Override
    public void customise(OpenAPI api) {
        Components components = Optional.ofNullable(api.getComponents()).orElseGet(Components::new);
        told.schemas().forEach((name, schema) -> components.addSchemas(name, schema(schema)));
        components.addSchemas(Problems.SCHEMA, Problems.schema());
        components.getSchemas().values().forEach(ApiDocument::amounts);
        api.setComponents(components);
        api.getPaths()
                .forEach((path, item) -> item.readOperationsMap()
                        .forEach((method, operation) -> describe(method.name(), path, operation)));
    }

    /** Numbers that JSON may not keep exact are declared as nothing in particular in Java. */
    private static void amounts(Schema<?> schema) {
        if (schema.getProperties() == null) {
            return;
        }
        schema.getProperties().forEach((name, declared) -> {
            Schema<?> property = declared;
            if (AMOUNT.matcher(name).find() && property.getTypes() == null && property.get$ref() == null) {
                property.setTypes(new LinkedHashSet<>(List.of("integer", "string")));
                property.setDescription("A number below 2^53, else its decimal digits.");
            }
        });
    }

    private void describe(String method, String path, Operation operation) {
        String key = method + " " + path;
        operation.setOperationId(id(method, path));
        told.operation(key).ifPresent(words -> {
            operation.setTags(List.of(told.side(key)));
            operation.setSummary(words.path("summary").asString());
            operation.setDescription(words.path("description").asString(operation.getSummary() + "."));
            if (isCommand(method, words)) {
                operation.addParametersItem(new Parameter()
                        .in("header")
                        .name("Idempotency-Key")
                        .required(false)
                        .schema(new StringSchema()));
            }
            parameters(words, operation);
            if (words.has("body")) {
                JsonNode body = words.path("body");
                operation.setRequestBody(
                        new RequestBody().required(true).content(content(JSON, reference(body), body.path("example"))));
            }
            answers(method, words, operation);
        });
    }

    /** Those that a handler reads by itself are told of in words only. */
    private void parameters(JsonNode words, Operation operation) {
        List<Parameter> parameters =
                new ArrayList<>(Optional.ofNullable(operation.getParameters()).orElseGet(List::of));
        for (String name : words.path("parameters").propertyNames()) {
            if (parameters.stream().noneMatch(parameter -> parameter.getName().equals(name))) {
                parameters.add(
                        new Parameter().in("query").name(name).required(false).schema(new StringSchema()));
            }
        }
        for (Parameter parameter : parameters) {
            JsonNode word = told.parameter(words, parameter.getName());
            if (!word.isMissingNode()) {
                parameter.setDescription(word.path("description").asString());
                parameter.setExample(word.path("example").asString());
                if (word.has("schema")) {
                    parameter.setSchema(schema(word.path("schema")));
                }
            }
        }
        operation.setParameters(parameters);
    }

    private void answers(String method, JsonNode words, Operation operation) {
        ApiResponses inferred = Optional.ofNullable(operation.getResponses()).orElseGet(ApiResponses::new);
        ApiResponses answers = new ApiResponses();
        JsonNode answer = words.path("answer");
        if (words.has("stream")) {
            answers.addApiResponse(
                    "200",
                    new ApiResponse()
                            .description("Server-sent events, for as long as the client stays.")
                            .content(content(EVENTS, new StringSchema(), words.path("stream"))));
        } else if (words.has("text")) {
            answers.addApiResponse(
                    "200",
                    new ApiResponse()
                            .description("As asked for.")
                            .content(content(TEXT, new StringSchema(), words.path("text"))));
        } else if (words.has("bytes")) {
            answers.addApiResponse(
                    "200", new ApiResponse().description("A file.").content(files(words)));
        } else {
            String status = answer.path("status").asString("200");
            Schema<?> schema = answer.has("schema") ? reference(answer) : schema(inferred);
            Content content = content(JSON, schema, words.path("example"));
            lines(inferred).ifPresent(lines -> content.addMediaType(CSV, lines));
            answers.addApiResponse(
                    status, new ApiResponse().description("As asked for.").content(content));
            if (isCommand(method, words)) {
                answers.addApiResponse(
                        "202",
                        new ApiResponse()
                                .description("Nobody has answered yet: poll the operation that Location names.")
                                .content(content(JSON, reference(answer), PENDING)));
            }
        }
        Optional.ofNullable(inferred.get("304")).ifPresent(same -> answers.addApiResponse("304", same));
        problems.put(words, answers);
        operation.setResponses(answers);
    }

    /** Something that an agent is asked to do. */
    private static boolean isCommand(String method, JsonNode words) {
        return !method.equals("GET")
                && words.path("answer").path("schema").asString("").equals("Outcome");
    }

    /** Of a list: the same as CSV. */
    private static Optional<MediaType> lines(ApiResponses inferred) {
        return Optional.ofNullable(inferred.get("200"))
                .map(ApiResponse::getContent)
                .map(content -> content.get(CSV));
    }

    private static Schema<?> schema(ApiResponses inferred) {
        return Optional.ofNullable(inferred.get("200"))
                .map(ApiResponse::getContent)
                .flatMap(content -> content.values().stream().findFirst())
                .<Schema<?>>map(MediaType::getSchema)
                .orElseGet(Schema::new);
    }

    /** Of a body or an answer, by the name that it has among the schemas. */
    private static Schema<?> reference(JsonNode words) {
        return new Schema<>().$ref(REFERENCE + words.path("schema").asString());
    }

    private static Content content(String type, Schema<?> schema, JsonNode example) {
        return new Content().addMediaType(type, new MediaType().schema(schema).example(Told.plain(example)));
    }

    /** In one form, or in several that a request chooses from. */
    private static Content files(JsonNode words) {
        JsonNode types = words.path("bytes");
        Content files = new Content();
        for (JsonNode type : types.isArray() ? types.values() : List.of(types)) {
            files.addMediaType(
                    type.asString(""),
                    new MediaType()
                            .schema(new StringSchema().format("binary"))
                            .example(Told.plain(words.path("example"))));
        }
        return files;
    }

    private static Schema<?> schema(JsonNode node) {
        return Json31.mapper().convertValue(Told.plain(node), Schema.class);
    }

    /** {@code getHostsHostDevices}: the same whatever else is served beside it. */
    private static String id(String method, String path) {
        return method.toLowerCase(Locale.ROOT)
                + Arrays.stream(path.substring("/api/v1/".length()).split("[^A-Za-z0-9]+"))
                        .filter(part -> !part.isEmpty())
                        .map(part -> part.substring(0, 1).toUpperCase(Locale.ROOT) + part.substring(1))
                        .collect(Collectors.joining());
    }
}

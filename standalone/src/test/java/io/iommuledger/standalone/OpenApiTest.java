package io.iommuledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.standalone.Standalone.Machine;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The description of REST is complete, and true of what is answered. */
class OpenApiTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern LOADED = Pattern.compile("(?:src|href)=\"([^\"]*)\"");

    @TempDir
    static Path data;

    private static Standalone running;
    private static JsonNode document;
    private static final HttpClient HTTP =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.ALWAYS).build();

    @BeforeAll
    static void start() throws Exception {
        running = Standalone.start(
                new Standalone.Settings(data, Server.Rest.local(), "", Machine.LIVING, Policies.DEFAULT, false));
        document = JSON.readTree(get("/api/v1/openapi.json").body());
    }

    @AfterAll
    static void end() {
        running.close();
    }

    @Test
    void describesEveryOperationInWordsAndWithExamples() throws ClassNotFoundException {
        assertThat(document.path("openapi").asString()).startsWith("3.1");
        Set<String> described = new TreeSet<>();
        operations().forEach((key, operation) -> {
            described.add(key);
            assertThat(operation.path("summary").asString("")).as(key).isNotEmpty();
            assertThat(operation.path("description").asString("")).as(key).isNotEmpty();
            for (JsonNode parameter : operation.path("parameters")) {
                String name = key + " " + parameter.path("name").asString();
                assertThat(parameter.path("description").asString("")).as(name).isNotEmpty();
                assertThat(parameter.has("example")).as(name).isTrue();
            }
            assertThat(success(operation).size()).as(key).isPositive();
            assertThat(operation.path("responses").has("400")).as(key).isTrue();
        });
        assertThat(described).isEqualTo(mappings());
    }

    @Test
    void itsExamplesAreTrue() {
        operations().forEach((key, operation) -> {
            List<JsonNode> contents = new ArrayList<>();
            operation.path("requestBody").path("content").forEach(contents::add);
            operation
                    .path("responses")
                    .forEach(response -> response.path("content").forEach(contents::add));
            for (JsonNode content : contents) {
                if (content.has("example")) {
                    assertValid(key, content.path("schema"), content.path("example"));
                }
                content.path("examples")
                        .forEach(example -> assertValid(key, content.path("schema"), example.path("value")));
            }
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hosts",
                "alarms",
                "zombies?ever=true",
                "hosts/demo/devices",
                "hosts/demo/contexts?state=all",
                "mappings?state=all&iova=0-0xffffffffffffffff",
                "physical?address=0-0xffffffffffffffff&access=any",
                "operations",
                "hosts/demo/policies",
                "hosts/demo/p2p",
                "hosts/demo/findings",
                "hosts/demo/regions",
                "hosts/demo/faults",
                "hosts/demo/diff?from=1",
                "resets",
                "events",
                "projection",
                "rebuilds",
                "dead-letters",
                "proof",
                "proof/checkpoints",
                "proof/consistency?from=0",
                "hosts/demo/key",
                "erasures",
                "hosts/nobody/devices"
            })
    void answersAreAsItSays(String path) throws Exception {
        HttpResponse<String> answer = get("/api/v1/" + path);
        String asked = "/" + path.replaceAll("\\?.*", "").replaceAll("^hosts/[^/]+", "hosts/{host}");
        JsonNode operation = Objects.requireNonNull(operations().get("GET /api/v1" + asked), asked);
        JsonNode content = operation
                .path("responses")
                .path(Integer.toString(answer.statusCode()))
                .path("content");
        JsonNode schema = content.path(answer.statusCode() == 200 ? "application/json" : "application/problem+json")
                .path("schema");
        assertThat(schema.isObject()).as("%s: %s", path, answer.body()).isTrue();
        assertValid(path, schema, JSON.readTree(answer.body()));
    }

    @Test
    void isShownOnAPageThatLoadsNothingFromElsewhere() throws Exception {
        HttpResponse<String> page = get("/api/v1/docs");
        assertThat(page.statusCode()).isEqualTo(200);
        Matcher loaded = LOADED.matcher(page.body());
        int count = 0;
        while (loaded.find()) {
            URI part = page.uri().resolve(loaded.group(1));
            assertThat(part.getHost()).as(loaded.group(1)).isEqualTo("127.0.0.1");
            HttpResponse<String> itself = get(part.getPath());
            assertThat(itself.statusCode()).as(part.getPath()).isEqualTo(200);
            count++;
        }
        assertThat(count).isGreaterThan(2);
        String settings = get("/api/v1/openapi.json/swagger-config").body();
        assertThat(settings.replace("http://127.0.0.1:" + running.server().port(), ""))
                .contains("/api/v1/openapi.json")
                .doesNotContain("://");
        assertThat(get("/api/v1/swagger-ui/swagger-initializer.js").body()).doesNotContain("://");
    }

    private static Map<String, JsonNode> operations() {
        Map<String, JsonNode> operations = new HashMap<>();
        document.path("paths")
                .propertyStream()
                .forEach(path -> path.getValue()
                        .propertyStream()
                        .forEach(method -> operations.put(
                                method.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey(), method.getValue())));
        return operations;
    }

    private static JsonNode success(JsonNode operation) {
        JsonNode responses = operation.path("responses");
        JsonNode content = responses.path(responses.has("201") ? "201" : "200").path("content");
        JsonNode first = content.iterator().next();
        return first.path("example").isMissingNode()
                ? JSON.createObjectNode()
                : JSON.createArrayNode().add(1);
    }

    private static Set<String> mappings() throws ClassNotFoundException {
        ClassPathScanningCandidateComponentProvider scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AnnotationTypeFilter(RestController.class));
        Set<String> mappings = new TreeSet<>();
        for (BeanDefinition controller : scanner.findCandidateComponents("io.iommuledger")) {
            for (var handler : Class.forName(controller.getBeanClassName()).getDeclaredMethods()) {
                RequestMapping mapping = AnnotatedElementUtils.findMergedAnnotation(handler, RequestMapping.class);
                if (mapping != null) {
                    mappings.add(mapping.method()[0].name() + " " + mapping.path()[0].replace("{*", "{"));
                }
            }
        }
        return mappings;
    }

    private static void assertValid(String what, JsonNode schema, JsonNode value) {
        ObjectNode whole = JSON.createObjectNode();
        whole.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        whole.set("components", document.path("components"));
        whole.set("allOf", JSON.createArrayNode().add(schema));
        Schema checked = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(whole);
        List<Error> errors = checked.validate(value);
        assertThat(errors).as("%s: %s", what, value).isEmpty();
    }

    private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create(
                                "http://127.0.0.1:" + running.server().port() + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}

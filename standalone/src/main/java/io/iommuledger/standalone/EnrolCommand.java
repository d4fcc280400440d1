package io.iommuledger.standalone;

import io.iommuledger.cli.client.ServerName;
import io.iommuledger.lifecycle.enrolment.Fingerprint;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.Shown;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Enrols a host's key at a command side, over REST. */
@Command(
        name = "enrol",
        mixinStandardHelpOptions = true,
        description = "Lets the agent whose key has a fingerprint speak for a host. Compare it before, with what"
                + " 'iommu-ledger agent --fingerprint' prints on the host itself.")
final class EnrolCommand implements Callable<Integer> {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int HTTP_OK = 200;
    private static final int MOST_PORT = 65_535;

    @Parameters(index = "0", paramLabel = "HOST", description = "The host's id.")
    private String host = "";

    @Parameters(index = "1", paramLabel = "FINGERPRINT", description = "SHA256:… of the host's key.")
    private String fingerprint = "";

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "Where the command side's REST is (default: ${DEFAULT-VALUE}).")
    private String server = "http://127.0.0.1:8080";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        try {
            HostId id = new HostId(host);
            Fingerprint key = new Fingerprint(fingerprint);
            HttpResponse<String> answer = put(id, key);
            if (answer.statusCode() == HTTP_OK) {
                spec.commandLine().getOut().println("the agent with key " + key + " speaks for host " + id);
                return ExitCode.OK;
            }
            return failed(said(answer));
        } catch (IllegalArgumentException wrong) {
            return failed(String.valueOf(wrong.getMessage()));
        } catch (IOException unreachable) {
            return failed("no answer from " + ServerName.of(server) + " (" + reason(unreachable)
                    + "). Is the command side running there? --server URL names another one");
        }
    }

    private HttpResponse<String> put(HostId id, Fingerprint key) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(base().resolve("/api/v1/hosts/" + id + "/key"))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(Map.of("fingerprint", key.value()))))
                .build();
        try (HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            return http.send(request, BodyHandlers.ofString());
        }
    }

    private URI base() {
        try {
            URI uri = new URI(server);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (http && uri.getHost() != null && uri.getPort() <= MOST_PORT) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // said below
        }
        throw new IllegalArgumentException("--server " + Shown.of(ServerName.of(server))
                + " is no URL of a command side; expected for example http://ledger:8080");
    }

    private int failed(String why) {
        spec.commandLine().getErr().println("not enrolled: " + why);
        return ExitCode.USAGE;
    }

    /** A problem's title and detail, which says what to do. */
    private String said(HttpResponse<String> answer) {
        try {
            JsonNode problem = JSON.readTree(answer.body());
            if (problem.hasNonNull("detail")) {
                return problem.path("title").asString("") + ": "
                        + problem.path("detail").asString("");
            }
        } catch (JacksonException e) {
            // said below
        }
        return ServerName.of(server) + " answers with status " + answer.statusCode()
                + " and no word that is understood here; is it a command side?";
    }

    /** The JDK's client leaves most of its exceptions without a message. */
    private static String reason(IOException e) {
        return switch (e) {
            case HttpTimeoutException late -> "nothing came for " + PATIENCE.toSeconds() + " s";
            case ConnectException refused
            when refused.getCause() instanceof UnresolvedAddressException -> "the name is not known";
            case ConnectException refused -> "the connection was refused";
            default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        };
    }
}

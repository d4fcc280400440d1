package io.iommuledger.standalone;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** Enrols a host's key at a command side, over REST. */
@Command(
        name = "enrol",
        mixinStandardHelpOptions = true,
        description = "Lets the agent whose key has a fingerprint speak for a host. Compare it before, with what"
                + " 'iommu-ledger agent --fingerprint' prints on the host itself.")
final class EnrolCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "HOST", description = "The host's id.")
    private String host = "";

    @Parameters(index = "1", paramLabel = "FINGERPRINT", description = "SHA256:… of the host's key.")
    private String fingerprint = "";

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "Where the command side's REST is (default: ${DEFAULT-VALUE}).")
    private URI server = URI.create("http://127.0.0.1:8080");

    @Override
    public Integer call() throws IOException, InterruptedException {
        HttpResponse<String> answer;
        try (HttpClient http = HttpClient.newHttpClient()) {
            answer = http.send(
                    HttpRequest.newBuilder(server.resolve("/api/v1/hosts/" + host + "/key"))
                            .header("Content-Type", "application/json")
                            .PUT(HttpRequest.BodyPublishers.ofString(
                                    new JsonMapper().writeValueAsString(Map.of("fingerprint", fingerprint))))
                            .build(),
                    BodyHandlers.ofString());
        }
        if (answer.statusCode() != 200) {
            System.err.println("not enrolled: " + answer.body());
            return 1;
        }
        System.out.println("the agent with key " + fingerprint + " speaks for host " + host);
        return 0;
    }
}

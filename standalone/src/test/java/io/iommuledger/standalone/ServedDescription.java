package io.iommuledger.standalone;

import io.iommuledger.lifecycle.host.Policies;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.util.FileSystemUtils;

/** Writes down how REST is described by the running product, for what is made of that. */
public final class ServedDescription {
    private ServedDescription() {}

    /** @param arguments where to */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path to = Path.of(arguments[0]).toAbsolutePath();
        Files.createDirectories(to.getParent());
        Path data = Files.createTempDirectory(to.getParent(), "description-");
        try (Standalone running = Standalone.start(new Standalone.Settings(
                        data, Server.Rest.local(), "", Standalone.Machine.NONE, Policies.DEFAULT, false));
                HttpClient http = HttpClient.newHttpClient()) {
            URI described = URI.create("http://127.0.0.1:" + running.server().port() + "/api/v1/openapi.json");
            HttpResponse<Path> answer =
                    http.send(HttpRequest.newBuilder(described).build(), HttpResponse.BodyHandlers.ofFile(to));
            if (answer.statusCode() != 200) {
                throw new IOException(described + " answers with status " + answer.statusCode());
            }
        }
        FileSystemUtils.deleteRecursively(data);
        System.exit(0);
    }
}

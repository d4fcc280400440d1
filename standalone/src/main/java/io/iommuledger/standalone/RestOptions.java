package io.iommuledger.standalone;

import java.util.List;
import picocli.CommandLine.Option;

/** Options of everything that serves REST. */
final class RestOptions {
    @Option(names = "--port", description = "Port of REST (default: ${DEFAULT-VALUE}).")
    private int port = 8080;

    @Option(
            names = "--insecure-listen",
            paramLabel = "ADDRESS",
            description = "Listen on another address than 127.0.0.1. There is no log-in yet: whoever reaches the port"
                    + " commands the hosts.")
    private String insecureListen = "";

    @Option(
            names = "--public-name",
            paramLabel = "NAME",
            description = "A name, without port, by which clients address this server besides localhost and 127.0.0.1.")
    private List<String> publicNames = List.of();

    Server.Rest settings() {
        return new Server.Rest(port, insecureListen, publicNames);
    }
}

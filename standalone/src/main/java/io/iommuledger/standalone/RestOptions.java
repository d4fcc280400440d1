package io.iommuledger.standalone;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of everything that serves REST. */
final class RestOptions {
    private static final int MOST_PORT = 65_535;

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    private int port;

    @Option(names = "--port", defaultValue = "8080", description = "Port of REST (default: ${DEFAULT-VALUE}).")
    void port(int wanted) {
        if (wanted < 0 || wanted > MOST_PORT) {
            throw new ParameterException(
                    Objects.requireNonNull(command).commandLine(),
                    "Invalid value for option '--port': " + wanted + " is no port; expected 0 to " + MOST_PORT
                            + ", 0 for any that is free");
        }
        port = wanted;
    }

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

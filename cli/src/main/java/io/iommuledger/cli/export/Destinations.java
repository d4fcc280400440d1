package io.iommuledger.cli.export;

import io.iommuledger.cli.Reason;
import io.iommuledger.cli.Screen;
import io.iommuledger.cli.client.Failure;
import io.iommuledger.cli.client.Printable;
import io.iommuledger.cli.client.ServerName;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Destinations by the names that the command line gives them. */
final class Destinations {
    private static final Set<String> OF_SYSLOG = Set.of("syslog", "cef-syslog");
    private static final String FORM = "tcp://HOST:PORT, udp://HOST:PORT, http://… or https://…";

    private static final int HIGHEST_PORT = 65_535;

    private Destinations() {}

    /**
     * @param file  absent for what is printed
     * @param token of which the position says whether the exporter was there before
     */
    static Destination file(Optional<Path> file, Token token, Screen screen) throws Failure {
        if (file.isEmpty()) {
            return new StreamDestination(screen);
        }
        Path path = file.get();
        return token.position().isPresent() ? FileDestination.goOn(path) : FileDestination.begin(path);
    }

    /** Where a collector is. A name and a password in it would be sent nowhere, and kept in the token. */
    static URI address(String url) throws Failure {
        URI uri;
        try {
            uri = URI.create(url);
        } catch (IllegalArgumentException e) {
            throw expected(url);
        }
        if (uri.getRawUserInfo() != null) {
            throw Failure.refused("--send has a name or a password before " + ServerName.of(url)
                    + "; put 'Authorization: …' into a file for --headers instead");
        }
        if (uri.getHost() == null || uri.getPort() > HIGHEST_PORT) {
            throw expected(url);
        }
        return uri;
    }

    /** @param headers file with a header of HTTP a line, for what is not to be seen in a list of processes */
    static Destination collector(URI uri, String format, Optional<Path> headers, Screen screen) throws Failure {
        String scheme = Objects.requireNonNullElse(uri.getScheme(), "").toLowerCase(Locale.ROOT);
        return switch (scheme) {
            case "tcp" -> new TcpDestination(syslog(uri, format));
            case "udp" -> udp(syslog(uri, format), screen);
            case "http", "https" ->
                new HttpDestination(uri, format, headers.isPresent() ? read(headers.get()) : Map.of());
            default -> throw expected(uri.toString());
        };
    }

    private static Destination udp(InetSocketAddress collector, Screen screen) throws Failure {
        try {
            return new UdpDestination(collector, note -> {
                screen.err().println("iommu-ledger: " + note);
                screen.err().flush();
            });
        } catch (IOException e) {
            throw Failure.refused("no socket for UDP: " + e.getMessage());
        }
    }

    private static InetSocketAddress syslog(URI uri, String format) throws Failure {
        if (!OF_SYSLOG.contains(format)) {
            throw Failure.refused("--format is '" + format + "', and over " + uri.getScheme()
                    + " goes syslog only: syslog or" + " cef-syslog");
        }
        if (uri.getPort() < 1) {
            throw expected(uri.toString());
        }
        return InetSocketAddress.createUnresolved(uri.getHost(), uri.getPort());
    }

    private static Failure expected(String url) {
        return Failure.refused("--send is '" + Printable.of(ServerName.of(url)) + "'; expected " + FORM);
    }

    private static Map<String, String> read(Path file) throws Failure {
        Map<String, String> headers = new LinkedHashMap<>();
        try {
            for (String line : Files.readAllLines(file)) {
                int colon = line.indexOf(':');
                if (colon > 0) {
                    headers.put(
                            line.substring(0, colon).strip(),
                            line.substring(colon + 1).strip());
                } else if (!line.isBlank()) {
                    throw Failure.refused("a line of --headers " + file + " is no 'Name: value'");
                }
            }
            return headers;
        } catch (IOException e) {
            throw Failure.refused("--headers " + file + " cannot be read: " + Reason.of(e));
        }
    }
}

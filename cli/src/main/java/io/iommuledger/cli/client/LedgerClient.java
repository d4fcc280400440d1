package io.iommuledger.cli.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Asks one server. What goes wrong is a {@link Failure} that says what, where, and what to do.
 *
 * <p>It uses {@link HttpURLConnection}, which is there after 0.05 s: {@code java.net.http} takes 0.3 s to start, most of it
 * for TLS that is not used, and whoever types a command waits for that.
 */
public final class LedgerClient {
    private static final Duration CONNECT = Duration.ofSeconds(5);

    private static final String JSON = "application/json, application/problem+json, */*;q=0.5";

    /** Longer than a server holds an answer that it was asked to wait with. */
    public static final Duration PATIENCE = Duration.ofSeconds(60);

    /** With what is made from millions of records: a server may read all of them before its first byte comes. */
    public static final Duration MAKING = Duration.ofHours(1);

    private static final int HIGHEST_PORT = 65_535;

    private static final String OTHER = "--server or IOMMU_LEDGER_SERVER names another server";

    private final URI server;

    /**
     * @param server where its REST is, with or without {@code http://}
     * @throws Failure if that is no address
     */
    public LedgerClient(String server) throws Failure {
        this.server = parse(server);
    }

    /** Something that the server's answers name by a path of its own, for example {@code pinned}. */
    public String link(String path) {
        return ServerName.of(server.resolve(path));
    }

    public Answer get(Request request) throws Failure {
        return ask("GET", request);
    }

    /** A command without a body. */
    public Answer post(Request request) throws Failure {
        return ask("POST", request);
    }

    /**
     * Has the server make a file and writes it.
     *
     * @param json body of the request
     * @param out  stays open
     */
    public MadeFile file(Request request, String json, OutputStream out) throws Failure {
        return asked(() -> {
            HttpURLConnection connection = connection("POST", request, MAKING, JSON);
            connection.setDoOutput(true);
            connection.setRequestProperty("Content-Type", "application/json");
            try (OutputStream body = connection.getOutputStream()) {
                body.write(json.getBytes(StandardCharsets.UTF_8));
            }
            requireOk(connection);
            return MadeFile.written(connection, out);
        });
    }

    /** Reads a long answer while it comes. */
    public interface LineReader<T> {
        T read(LineAnswer answer) throws IOException, Failure, InterruptedException;
    }

    /**
     * Lines, as they come.
     *
     * @param patience with a server that says nothing
     */
    public <T> T lines(Request request, Duration patience, LineReader<T> reader) throws Failure, InterruptedException {
        try {
            HttpURLConnection connection = connection("GET", request, patience, "*/*");
            requireOk(connection);
            if (connection.getHeaderFieldLong(LineAnswer.POSITION, -1) < 0) {
                throw noLedger(server, "an answer without a position");
            }
            try (InputStream body = connection.getInputStream()) {
                return reader.read(LineAnswer.of(connection, body));
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private Answer ask(String method, Request request) throws Failure {
        return asked(() -> answer(connection(method, request, PATIENCE, JSON)));
    }

    private HttpURLConnection connection(String method, Request request, Duration patience, String accept)
            throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                server.resolve("api/v1/" + request.target()).toURL().openConnection();
        connection.setRequestMethod(method);
        connection.setConnectTimeout((int) CONNECT.toMillis());
        connection.setReadTimeout((int) patience.toMillis());
        connection.setRequestProperty("Accept", accept);
        return connection;
    }

    /** Something that is asked of the server. */
    private interface Exchange<T> {
        T happen() throws IOException, Failure;
    }

    private <T> T asked(Exchange<T> exchange) throws Failure {
        try {
            return exchange.happen();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private Failure failed(IOException e) {
        return switch (e) {
            case ConnectException _, UnknownHostException _, NoRouteToHostException _ ->
                unreachable("cannot be reached", e);
            case SocketTimeoutException _ -> unreachable("did not answer in time", e);
            default ->
                unreachable("broke off: " + Printable.of(Objects.requireNonNullElse(e.getMessage(), e.toString())), e);
        };
    }

    private void requireOk(HttpURLConnection connection) throws IOException, Failure {
        int status = connection.getResponseCode();
        if (status != HttpURLConnection.HTTP_OK) {
            try (InputStream body = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
                throw Problems.failure(server, status, type(connection), json(text(body), type(connection)));
            }
        }
    }

    private Answer answer(HttpURLConnection connection) throws IOException, Failure {
        requireOk(connection);
        String text;
        try (InputStream body = connection.getInputStream()) {
            text = text(body);
        }
        JsonNode json = json(text, type(connection))
                .orElseThrow(() -> noLedger(server, Problems.said(HttpURLConnection.HTTP_OK, type(connection))));
        if (!json.has("position")) {
            throw noLedger(server, "an answer without a position");
        }
        long answered = connection.getDate();
        return new Answer(text, json, answered == 0 ? Instant.now() : Instant.ofEpochMilli(answered));
    }

    private static String type(HttpURLConnection connection) {
        return Objects.requireNonNullElse(connection.getContentType(), "");
    }

    private static String text(@Nullable InputStream body) throws IOException {
        return body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8);
    }

    private static Optional<JsonNode> json(String text, String type) {
        if (!type.contains("json")) {
            return Optional.empty();
        }
        try {
            return Optional.of(Trees.read(text)).filter(JsonNode::isObject);
        } catch (JacksonException notJson) {
            return Optional.empty();
        }
    }

    private Failure unreachable(String how, IOException cause) {
        return new Failure(
                Failure.Kind.UNREACHABLE,
                "the server " + ServerName.of(server) + " " + how,
                "Is it running? " + OTHER,
                cause);
    }

    static Failure noLedger(URI server, String instead) {
        return noLedger(Failure.Kind.REFUSED, server, instead);
    }

    static Failure noLedger(Failure.Kind kind, URI server, String instead) {
        return new Failure(
                kind, "what answers at " + ServerName.of(server) + " is not an IOMMU Ledger: " + instead, OTHER);
    }

    private static URI parse(String text) throws Failure {
        try {
            URI uri = URI.create(text.contains("://") ? text : "http://" + text);
            if (Objects.requireNonNullElse(uri.getHost(), "").isEmpty()
                    || uri.getPort() > HIGHEST_PORT
                    || !(uri.getScheme().equals("http") || uri.getScheme().equals("https"))) {
                throw new IllegalArgumentException(text);
            }
            return uri.getPath().endsWith("/") ? uri : URI.create(uri + "/");
        } catch (IllegalArgumentException e) {
            throw new Failure(
                    Failure.Kind.REFUSED,
                    "--server is '" + Printable.of(ServerName.of(text))
                            + "'; expected a URL, for example http://127.0.0.1:8080",
                    "",
                    e);
        }
    }
}

package io.iommuledger.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;

/** Answers each path with what it is told to, in turn, the last one again and again; and remembers what it was asked. */
final class ScriptedServer implements AutoCloseable {
    private record Scripted(int status, String type, String body, Map<String, String> headers) {}

    private final HttpServer server;
    private final Map<String, Queue<Scripted>> answers = new ConcurrentHashMap<>();
    private final List<String> asked = new ArrayList<>();
    private String told = "";

    ScriptedServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** @param path below {@code /api/v1/} */
    ScriptedServer answers(String path, String json) {
        return answers(path, 200, "application/json", json);
    }

    ScriptedServer answers(String path, int status, String type, String body) {
        return answers(path, new Scripted(status, type, body, Map.of()));
    }

    /** A file, with what its headers say. */
    ScriptedServer answersFile(String path, String body, Map<String, String> headers) {
        return answers(path, new Scripted(200, "text/csv", body, headers));
    }

    private ScriptedServer answers(String path, Scripted answer) {
        answers.computeIfAbsent(path, any -> new ArrayDeque<>()).add(answer);
        return this;
    }

    /** What came with the last request that had a body. */
    synchronized String told() {
        return told;
    }

    /** Paths with their queries, in order. */
    synchronized List<String> asked() {
        return List.copyOf(asked);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath().substring("/api/v1/".length());
            String query = exchange.getRequestURI().getRawQuery();
            asked.add(query == null ? path : path + "?" + URLDecoder.decode(query, StandardCharsets.UTF_8));
            Queue<Scripted> left = answers.getOrDefault(path, new ArrayDeque<>());
            Scripted answer = left.size() > 1
                    ? left.remove()
                    : left.isEmpty() ? new Scripted(404, "text/plain", "what?", Map.of()) : left.element();
            String given = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            told = given.isEmpty() ? told : given;
            answer.headers().forEach(exchange.getResponseHeaders()::add);
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            if (!answer.type().isEmpty()) {
                exchange.getResponseHeaders().add("Content-Type", answer.type());
            }
            exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }
}

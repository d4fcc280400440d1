package io.iommuledger.cli.export;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;

/** Exports a log of so many records, each of which is one line with its position, as a query side does. */
final class LogServer implements AutoCloseable {
    private final HttpServer server;
    private final AtomicLong head = new AtomicLong();
    private final AtomicLong reads = new AtomicLong();
    private final List<Long> asked = new CopyOnWriteArrayList<>();
    private volatile boolean breakingOff;

    LogServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/api/v1/exports", this::export);
        server.createContext("/api/v1/projection", exchange -> {
            try (exchange) {
                long end = head.get();
                answer(
                        exchange,
                        200,
                        "application/json",
                        "{\"position\":%d,\"told\":%d}".formatted(end, end - reads.get()));
            }
        });
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    LogServer upTo(long position) {
        head.set(position);
        return this;
    }

    /** Somebody reads: records that tell of nothing else, as those of its reads are, stand at the end of the log. */
    LogServer read(long records) {
        reads.addAndGet(records);
        head.addAndGet(records);
        return this;
    }

    /** The next answer that has more than one line ends in its middle. */
    void breakOff() {
        breakingOff = true;
    }

    /** Behind which positions it was asked to begin, where it had something to answer. */
    List<Long> asked() {
        return asked;
    }

    static String line(long position) {
        return "record " + position;
    }

    static List<String> lines(long after, long upTo) {
        return LongStream.rangeClosed(after + 1, upTo).mapToObj(LogServer::line).toList();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void export(HttpExchange exchange) throws IOException {
        try (exchange) {
            Map<String, String> query = query(exchange);
            long from = Long.parseLong(query.getOrDefault("from", "0"));
            long newest = head.get();
            asked.add(from);
            long end = Math.min(newest, Long.parseLong(query.getOrDefault("to", "1000000")));
            if (from > end) {
                answer(exchange, 400, "application/problem+json", """
                        {"type":"/problems/bad-value","title":"Bad","status":400,"detail":"from is behind to"}""");
                return;
            }
            long to = Math.min(end, from + Long.parseLong(query.getOrDefault("limit", "1000000")));
            exchange.getResponseHeaders().set("Content-Type", "text/plain;charset=UTF-8");
            exchange.getResponseHeaders().set("Ledger-From", Long.toString(from));
            exchange.getResponseHeaders().set("Ledger-Position", Long.toString(to));
            StringBuilder lines = new StringBuilder();
            for (long position = from + 1; position <= to; position++) {
                lines.append(line(position)).append('\n');
            }
            byte[] body = lines.toString().getBytes(StandardCharsets.UTF_8);
            if (breakingOff && to > from + 1) {
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body, 0, body.length / 2);
                exchange.getResponseBody().flush();
                breakingOff = false;
                throw new IOException("as if the server had gone");
            }
            exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static Map<String, String> query(HttpExchange exchange) {
        Map<String, String> query = new HashMap<>();
        for (String pair : exchange.getRequestURI().getRawQuery().split("&", -1)) {
            query.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
        }
        return query;
    }

    private static void answer(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}

package io.iommuledger.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever follows the log is not kept going by what is recorded of his own questions. */
class NewsTest {
    private final AtomicLong now = new AtomicLong();
    private final AtomicLong end = new AtomicLong(10);
    private final AtomicLong told = new AtomicLong(10);
    private HttpServer server;
    private News news;

    @BeforeEach
    void start() throws IOException, Failure {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/v1/projection", exchange -> {
            try (exchange) {
                byte[] body = "{\"position\":%d,\"told\":%d}"
                        .formatted(end.get(), told.get())
                        .getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
        news = new News(
                new LedgerClient("http://127.0.0.1:" + server.getAddress().getPort()), now::get);
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void whatIsMoreThanAReadIsNewsAtOnce() throws Failure {
        assertThat(news.behind(9)).isEqualTo(new News.Look(10, true));
        assertThat(news.behind(10)).isEqualTo(new News.Look(10, false));
    }

    @Test
    void onesOwnQuestionsNeverAre() throws Failure {
        assertThat(news.behind(9).news()).isTrue();
        news.asked();
        end.set(11);
        later(10_000);
        assertThat(news.behind(10)).isEqualTo(new News.Look(11, false));
    }

    @Test
    void thatOthersReadIsWhenItHasWaited() throws Failure {
        assertThat(news.behind(9).news()).isTrue();
        news.asked();
        end.set(12);
        later(59);
        assertThat(news.behind(10).news()).isFalse();
        later(1);
        assertThat(news.behind(10)).isEqualTo(new News.Look(12, true));
        news.asked();
        end.set(13);
        later(10_000);
        assertThat(news.behind(12).news())
                .as("of one's own question about that")
                .isFalse();
    }

    private void later(long seconds) {
        now.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }
}

package io.iommuledger.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** A long answer is waited for as long as its reader says. */
class PatienceTest {

    @Test
    void isTheReaders() throws Exception {
        CountDownLatch found = new CountDownLatch(1);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            try (exchange) {
                found.await();
                exchange.getResponseHeaders().set("Ledger-Position", "7");
                exchange.sendResponseHeaders(200, -1);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
        try {
            LedgerClient client =
                    new LedgerClient("http://127.0.0.1:" + server.getAddress().getPort());
            Request request = Request.of("exports");
            assertThatThrownBy(() -> client.lines(request, Duration.ofMillis(50), LineAnswer::position))
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining("did not answer in time");
            found.countDown();
            assertThat(client.<Long>lines(request, LedgerClient.MAKING, LineAnswer::position))
                    .isEqualTo(7);
        } finally {
            found.countDown();
            server.stop(0);
        }
    }
}

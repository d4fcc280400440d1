package io.iommuledger.db;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/** Stands between a client and PostgreSQL and lets the network fail at a chosen moment. */
final class TcpProxy implements AutoCloseable {

    /** What happens to the request that carries a certain text: only it, and only once. */
    record Fault(String text, boolean reachesTheServer) {}

    private final ServerSocket listening;
    private final int target;
    private final AtomicReference<Fault> fault = new AtomicReference<>();
    private volatile CountDownLatch open = new CountDownLatch(0);

    TcpProxy(int target) throws IOException {
        this.target = target;
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    static TcpProxy before(Database.Address address) throws IOException {
        return new TcpProxy(Integer.parseInt(address.url().replaceAll(".*:(\\d+)/.*", "$1")));
    }

    String url(Database.Address address) {
        return address.url().replaceAll(":\\d+/", ":" + listening.getLocalPort() + "/");
    }

    /** The connection breaks; the request that carries the text is carried out, its answer is lost. */
    void loseTheAnswerTo(String text) {
        fault.set(new Fault(text, true));
    }

    /** The connection breaks, and the request that carries the text does not arrive. */
    void loseTheRequest(String text) {
        fault.set(new Fault(text, false));
    }

    /** Nothing gets through any more in either direction, and nobody is told. */
    void cutOff() {
        open = new CountDownLatch(1);
    }

    void reconnect() {
        open.countDown();
    }

    @Override
    public void close() throws IOException {
        open.countDown();
        listening.close();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                Line line = new Line(client, server);
                Thread.ofVirtual().start(line::requests);
                Thread.ofVirtual().start(line::answers);
            } catch (IOException e) {
                return;
            }
        }
    }

    private final class Line {
        private final Socket client;
        private final Socket server;
        private volatile boolean answerIsLost;

        Line(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void requests() {
            pump(client, server, chunk -> {
                Fault due = fault.get();
                if (due != null && new String(chunk, StandardCharsets.ISO_8859_1).contains(due.text())) {
                    fault.set(null);
                    answerIsLost = true;
                    return due.reachesTheServer();
                }
                return true;
            });
        }

        void answers() {
            pump(server, client, chunk -> !answerIsLost);
        }

        private void pump(Socket from, Socket to, Gate gate) {
            byte[] buffer = new byte[65_536];
            try (from;
                    to) {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
                    open.await();
                    if (!gate.passes(Arrays.copyOf(buffer, read))) {
                        return;
                    }
                    out.write(buffer, 0, read);
                }
            } catch (IOException broken) {
                // the other direction broke it off
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @FunctionalInterface
    private interface Gate {
        boolean passes(byte[] chunk);
    }
}

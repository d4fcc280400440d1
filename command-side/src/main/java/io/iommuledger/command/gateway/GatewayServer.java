package io.iommuledger.command.gateway;

import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.iommuledger.protocol.InstructionMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Where agents dial in: by name within this process, and, if an address is configured, over the network. It starts when
 * everything else has, but for the lead: agents are refused until that is known.
 */
@Component
public class GatewayServer implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayServer.class);
    private static final int GRACE_SECONDS = 2;

    /** Logs a stack trace for every message that is too long, which anybody can send. */
    private static final java.util.logging.Logger TRANSPORT =
            java.util.logging.Logger.getLogger("io.grpc.netty.shaded.io.grpc.netty.NettyServerStream");

    /** A host that vanished is found out within twice this time. */
    private static final int KEEP_ALIVE_SECONDS = 5;

    private final AgentGateway gateway;
    private final String listen;
    private final String inProcessName;
    private final List<Server> servers = new ArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /** @param listen {@code HOST:PORT}, port 0 for any; empty to serve within this process only */
    public GatewayServer(
            AgentGateway gateway,
            @Value("${ledger.gateway.listen:}") String listen,
            @Value("${ledger.gateway.in-process:}") String inProcessName) {
        this.gateway = gateway;
        this.listen = listen;
        this.inProcessName = inProcessName;
        TRANSPORT.setLevel(Level.SEVERE);
    }

    @Override
    public synchronized void start() {
        if (!inProcessName.isEmpty()) {
            serve(InProcessServerBuilder.forName(inProcessName));
        }
        if (!listen.isEmpty()) {
            int colon = listen.lastIndexOf(':');
            InetSocketAddress address =
                    new InetSocketAddress(listen.substring(0, colon), Integer.parseInt(listen.substring(colon + 1)));
            serve(NettyServerBuilder.forAddress(address)
                    .permitKeepAliveTime(5, TimeUnit.SECONDS)
                    .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                    .keepAliveTimeout(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS));
            LOG.info("agents dial in at {}:{}", address.getHostString(), port());
        }
    }

    /** The port that agents dial, -1 if there is none. */
    public synchronized int port() {
        return servers.stream()
                .mapToInt(Server::getPort)
                .filter(port -> port > 0)
                .findFirst()
                .orElse(-1);
    }

    @Override
    public synchronized void stop() {
        servers.forEach(Server::shutdown);
        for (Server server : servers) {
            try {
                if (!server.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS)) {
                    server.shutdownNow();
                }
            } catch (InterruptedException e) {
                server.shutdownNow();
                Thread.currentThread().interrupt();
            }
        }
        servers.clear();
    }

    @Override
    public int getPhase() {
        return Integer.MAX_VALUE - 1;
    }

    @Override
    public synchronized boolean isRunning() {
        return !servers.isEmpty();
    }

    private void serve(ServerBuilder<?> builder) {
        try {
            servers.add(builder.executor(threads)
                    .maxInboundMessageSize(InstructionMessage.MOST_MESSAGE_BYTES)
                    .addService(gateway)
                    .build()
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException("agents cannot dial in at " + listen + ": " + e.getMessage(), e);
        }
    }
}

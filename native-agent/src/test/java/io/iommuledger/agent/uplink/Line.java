package io.iommuledger.agent.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.iommuledger.agent.journal.Journal;
import io.iommuledger.agent.journal.JournalFailure;
import io.iommuledger.agent.journal.MemoryFiles;
import io.iommuledger.agent.journal.Records;
import io.iommuledger.agent.recording.AgentKey;
import io.iommuledger.agent.recording.HostClock;
import io.iommuledger.agent.recording.Recorder;
import io.iommuledger.lifecycle.fact.ContextOpenRequested;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** An uplink and a gateway in one process, with a recorder at one end and a count of what the agent sends. */
final class Line implements AutoCloseable {
    static final UUID INSTANCE = new UUID(9, 9);
    static final StreamId STREAM = new StreamId(new HostId("lab"), 3);
    private static final JournalFailure MUST_NOT_FAIL = (what, cause) -> {
        throw new AssertionError(what, cause);
    };
    private static final long PATIENCE_SECONDS = 30;

    final Journal journal;
    final AtomicInteger sent = new AtomicInteger();
    final Uplink uplink;
    private final Recorder recorder;
    private final Server server;
    private final ManagedChannel channel;

    Line(FakeGateway gateway, InstructionHandler instructions) throws IOException {
        this(gateway, instructions, Gateways::of);
    }

    /** @param dialled which command sides are dialled, of which the channel is one */
    Line(FakeGateway gateway, InstructionHandler instructions, Function<ManagedChannel, Gateways> dialled)
            throws IOException {
        journal = Journal.begin(
                new MemoryFiles(), Journal.Settings.DEFAULT, MUST_NOT_FAIL, STREAM.epoch(), INSTANCE, List.of());
        recorder = new Recorder(STREAM, HostClock.system(), journal, change -> {});
        String name = InProcessServerBuilder.generateName();
        server = InProcessServerBuilder.forName(name)
                .directExecutor()
                .addService(gateway)
                .build()
                .start();
        channel = InProcessChannelBuilder.forName(name)
                .directExecutor()
                .intercept(new Counting(sent))
                .build();
        uplink = new Uplink(
                dialled.apply(channel),
                new Identity(STREAM.host(), "machine", AgentKey.fresh()),
                journal,
                HostClock.system(),
                instructions);
    }

    Line(FakeGateway gateway) throws IOException {
        this(gateway, (operation, instruction, expiryNanos) -> {});
    }

    void record(int facts) {
        for (int i = 0; i < facts; i++) {
            recorder.record(new ContextOpenRequested(i));
        }
        recorder.sync();
    }

    /** Everything that was recorded. */
    List<ByteString> recorded() {
        return Records.all(journal.log()).stream().map(ByteString::copyFrom).toList();
    }

    void awaitAllStored() throws InterruptedException {
        assertThat(uplink.drain(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .as(
                        "all facts are stored; first=%d, next=%d",
                        journal.log().firstUnstored(), journal.log().nextSequence())
                .isTrue();
    }

    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Override
    public void close() {
        uplink.close();
        channel.shutdownNow();
        server.shutdownNow();
    }

    private record Counting(AtomicInteger messages) implements ClientInterceptor {

        @Override
        public <Q, R> ClientCall<Q, R> interceptCall(MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
            return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
                @Override
                public void sendMessage(Q message) {
                    messages.incrementAndGet();
                    super.sendMessage(message);
                }
            };
        }
    }
}

package io.iommuledger.agent.uplink;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.iommuledger.agent.journal.EpochLog;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.protocol.InstructionCodec;
import io.iommuledger.protocol.InstructionPieces;
import io.iommuledger.protocol.LeaderTrailer;
import io.iommuledger.protocol.MalformedRecord;
import io.iommuledger.protocol.Signing;
import io.iommuledger.protocol.Wire;
import io.iommuledger.protocol.v1.AgentGatewayGrpc;
import io.iommuledger.protocol.v1.GatewayProto;
import io.iommuledger.protocol.v1.GatewayProto.AgentMessage;
import io.iommuledger.protocol.v1.GatewayProto.Diverged;
import io.iommuledger.protocol.v1.GatewayProto.GatewayMessage;
import io.iommuledger.protocol.v1.GatewayProto.Hello;
import io.iommuledger.protocol.v1.GatewayProto.Joined;
import io.iommuledger.protocol.v1.GatewayProto.Proof;
import io.iommuledger.protocol.v1.GatewayProto.Welcome;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * One call of {@code AgentGateway.Connect}, from Hello to its end. Facts go up only after Welcome, in order, while the call
 * is ready for more and not too many wait for their acknowledgement.
 */
final class Session {
    private static final int BATCH = 1_000;
    private static final int UNACKNOWLEDGED = 4 * BATCH;

    /** What a session tells its uplink. Everything but {@link #run} is called on the uplink's thread. */
    interface Listener {
        /** Does something on the uplink's thread, unless the session is not the uplink's any more. */
        void run(Session of, Runnable task);

        void welcomed();

        void instructed(UUID operation, Instruction what, long expiryNanos);

        void notUnderstood(UUID operation, String why);

        /** The store has all of an epoch that is over; the session is closed. */
        void delivered(Session which);

        /** @param leader whom the command side said to ask instead */
        void ended(Session which, Status status, Optional<String> leader);
    }

    /** Whose facts a session is for. */
    enum Purpose {
        /** Those of the running epoch, and instructions for it. */
        RUNNING,
        /** The last ones of an epoch that is over. */
        REMAINDER
    }

    private final EpochLog log;
    private final Purpose purpose;
    private final InstructionPieces pieces = new InstructionPieces();
    private final Optional<Identity> identity;
    private Hello hello = Hello.getDefaultInstance();
    private Optional<ClientCallStreamObserver<AgentMessage>> call = Optional.empty();
    private boolean welcome;
    private long nextToSend;
    private long heardNanos = System.nanoTime();

    private Session(EpochLog log, Purpose purpose, Optional<Identity> identity) {
        this.log = log;
        this.purpose = purpose;
        this.identity = identity;
    }

    /** @param number of the agent's sessions, from 1 */
    Session(ManagedChannel channel, Identity as, long number, EpochLog log, Purpose purpose, Listener listener) {
        this(log, purpose, Optional.of(as));
        AgentGatewayGrpc.newStub(channel).connect(new Responses(this, listener));
        hello = Hello.newBuilder()
                .setHost(as.host().value())
                .setEpoch(log.epoch())
                .setInstance(Wire.bytes(log.instance()))
                .setRemainder(purpose == Purpose.REMAINDER)
                .setMachineId(as.machineId())
                .setSession(number)
                .setPublicKey(ByteString.copyFrom(as.key().known().encoded()))
                .build();
        send(AgentMessage.newBuilder().setHello(hello).build());
    }

    /** A session that is not there. */
    static Session none(EpochLog log) {
        return new Session(log, Purpose.RUNNING, Optional.empty());
    }

    EpochLog log() {
        return log;
    }

    Purpose purpose() {
        return purpose;
    }

    void pump() {
        while (welcome
                && call.filter(ClientCallStreamObserver::isReady).isPresent()
                && nextToSend - log.firstUnstored() < UNACKNOWLEDGED) {
            EpochLog.Batch batch = log.read(nextToSend, BATCH);
            if (batch.records().isEmpty()) {
                return;
            }
            List<ByteString> records = batch.records().stream()
                    .map(UnsafeByteOperations::unsafeWrap)
                    .toList();
            send(AgentMessage.newBuilder()
                    .setFacts(GatewayProto.FactBatch.newBuilder()
                            .setFirstSequence(batch.firstSequence())
                            .addAllRecords(records)
                            .setSignature(signature(batch)))
                    .build());
            nextToSend = batch.nextSequence();
        }
    }

    private ByteString signature(EpochLog.Batch batch) {
        Identity by = identity.orElseThrow();
        return UnsafeByteOperations.unsafeWrap(by.key()
                .sign(Signing.batch(new StreamId(by.host(), log.epoch()), batch.firstSequence(), batch.records())));
    }

    void watermark(long wallNanos) {
        if (welcome && purpose == Purpose.RUNNING && nextToSend == log.nextSequence()) {
            send(AgentMessage.newBuilder()
                    .setWatermark(GatewayProto.Watermark.newBuilder()
                            .setWallNanos(wallNanos)
                            .setNextSequence(nextToSend))
                    .build());
        }
    }

    /** Whether the command side has said nothing for so long, not even that it is there. */
    boolean silentFor(Duration time) {
        return call.isPresent() && System.nanoTime() - heardNanos > time.toNanos();
    }

    void close() {
        welcome = false;
        call.ifPresent(ClientCallStreamObserver::onCompleted);
        call = Optional.empty();
    }

    /** Hangs up on a command side that does not listen. */
    void abandon(String why) {
        welcome = false;
        call.ifPresent(open -> open.cancel(why, null));
        call = Optional.empty();
    }

    private void send(AgentMessage message) {
        call.ifPresent(open -> open.onNext(message));
    }

    private void received(GatewayMessage message, Listener listener) {
        heardNanos = System.nanoTime();
        switch (message.getMessageCase()) {
            case CHALLENGE -> prove(message.getChallenge().getNonce());
            case WELCOME -> welcomed(message.getWelcome(), listener);
            case STORED -> log.storedBelow(message.getStored().getNextSequence());
            case INSTRUCTED -> instructed(message.getInstructed(), listener);
            case MESSAGE_NOT_SET -> {
                // Only says that the command side is there; or is of a newer one, which must not depend on our
                // understanding it.
            }
        }
        if (welcome && purpose == Purpose.REMAINDER && log.allStored()) {
            close();
            listener.delivered(this);
        } else {
            pump();
        }
    }

    private void prove(ByteString nonce) {
        byte[] signature = identity.orElseThrow().key().sign(Signing.challenge(nonce, hello));
        send(AgentMessage.newBuilder()
                .setProof(Proof.newBuilder().setSignature(UnsafeByteOperations.unsafeWrap(signature)))
                .build());
    }

    private void welcomed(Welcome said, Listener listener) {
        if (!fits(said)) {
            send(AgentMessage.newBuilder()
                    .setDiverged(Diverged.newBuilder().setNextSequence(log.nextSequence()))
                    .build());
            return;
        }
        send(AgentMessage.newBuilder().setJoined(Joined.getDefaultInstance()).build());
        log.storedBelow(said.getNextSequence());
        nextToSend = said.getNextSequence();
        welcome = true;
        listener.welcomed();
    }

    /**
     * Whether what the store has is of this journal, as far as that is still there. An epoch that is over may have lost, to
     * damage that was reported, what the store has.
     */
    private boolean fits(Welcome said) {
        long next = said.getNextSequence();
        if (next == 0 || Long.compareUnsigned(next, log.nextSequence()) > 0) {
            return next == 0 || purpose == Purpose.REMAINDER;
        }
        Optional<byte[]> last = log.find(next - 1);
        return last.isEmpty()
                || Arrays.equals(
                        Signing.sha256(last.get()), said.getLastRecordSha256().toByteArray());
    }

    private void instructed(GatewayProto.Instructed message, Listener listener) {
        UUID operation = Wire.uuid(message.getOperation());
        Optional<Instruction> what;
        try {
            what = pieces.take(message).map(InstructionCodec::decode);
        } catch (MalformedRecord unreadable) {
            listener.notUnderstood(operation, String.valueOf(unreadable.getMessage()));
            return;
        }
        what.ifPresent(whole -> listener.instructed(operation, whole, message.getExpiryNanos()));
    }

    /** The call's callbacks, brought onto the uplink's thread. */
    private static final class Responses implements ClientResponseObserver<AgentMessage, GatewayMessage> {
        private final Session session;
        private final Listener listener;

        Responses(Session session, Listener listener) {
            this.session = session;
            this.listener = listener;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<AgentMessage> requests) {
            session.call = Optional.of(requests);
            requests.setOnReadyHandler(() -> listener.run(session, session::pump));
        }

        @Override
        public void onNext(GatewayMessage message) {
            listener.run(session, () -> session.received(message, listener));
        }

        @Override
        public void onError(Throwable error) {
            listener.run(session, () -> end(Status.fromThrowable(error), LeaderTrailer.in(error)));
        }

        @Override
        public void onCompleted() {
            listener.run(session, () -> end(Status.OK, Optional.empty()));
        }

        private void end(Status status, Optional<String> leader) {
            session.welcome = false;
            session.call = Optional.empty();
            listener.ended(session, status, leader);
        }
    }
}

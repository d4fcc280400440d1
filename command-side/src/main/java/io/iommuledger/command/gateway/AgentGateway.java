package io.iommuledger.command.gateway;

import com.google.protobuf.ByteString;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.iommuledger.command.enrolment.Enrolments;
import io.iommuledger.command.operation.OpenOperations;
import io.iommuledger.db.append.AppendRefused;
import io.iommuledger.db.append.Appender;
import io.iommuledger.db.logging.Recurring;
import io.iommuledger.db.logging.StoreAway;
import io.iommuledger.lifecycle.enrolment.AlarmKind;
import io.iommuledger.lifecycle.enrolment.Enrolment;
import io.iommuledger.lifecycle.enrolment.EnrolmentEvent;
import io.iommuledger.lifecycle.enrolment.Verdict;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.protocol.LeaderTrailer;
import io.iommuledger.protocol.MalformedRecord;
import io.iommuledger.protocol.Signing;
import io.iommuledger.protocol.v1.AgentGatewayGrpc;
import io.iommuledger.protocol.v1.GatewayProto.AgentMessage;
import io.iommuledger.protocol.v1.GatewayProto.Challenge;
import io.iommuledger.protocol.v1.GatewayProto.Diverged;
import io.iommuledger.protocol.v1.GatewayProto.FactBatch;
import io.iommuledger.protocol.v1.GatewayProto.GatewayMessage;
import io.iommuledger.protocol.v1.GatewayProto.Hello;
import io.iommuledger.protocol.v1.GatewayProto.Proof;
import io.iommuledger.protocol.v1.GatewayProto.Watermark;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Serves {@code AgentGateway.Connect}: one message at a time, the next one asked for when the last is stored. */
@Component
public class AgentGateway extends AgentGatewayGrpc.AgentGatewayImplBase {
    /** Until it has joined; then it says a watermark every second, and a connection that is dead is found by itself. */
    private static final Duration MOST_SILENCE = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(AgentGateway.class);

    private final Sessions sessions;
    private final Epochs epochs;
    private final Ingest ingest;
    private final OpenOperations open;
    private final Appender appender;
    private final Enrolments enrolments;
    private final Watermarks watermarks;
    private final SecureRandom random = new SecureRandom();
    private final Recurring notTaken = new Recurring();
    private final Recurring turnedAway = new Recurring();

    /** Calls of agents that have not joined yet. */
    private final Set<Incoming> strangers = ConcurrentHashMap.newKeySet();

    public AgentGateway(
            Sessions sessions,
            Epochs epochs,
            Ingest ingest,
            OpenOperations open,
            Appender appender,
            Enrolments enrolments,
            Watermarks watermarks) {
        this.sessions = sessions;
        this.epochs = epochs;
        this.ingest = ingest;
        this.open = open;
        this.appender = appender;
        this.enrolments = enrolments;
        this.watermarks = watermarks;
    }

    @Override
    public StreamObserver<AgentMessage> connect(StreamObserver<GatewayMessage> responses) {
        ServerCallStreamObserver<GatewayMessage> call = (ServerCallStreamObserver<GatewayMessage>) responses;
        call.disableAutoRequest();
        call.request(1);
        Incoming incoming = new Incoming(call);
        strangers.add(incoming);
        return incoming;
    }

    /** Ends the calls of those that should say who they are, and say nothing. */
    void endSilent() {
        strangers.forEach(Incoming::endIfSilent);
    }

    private final class Incoming implements StreamObserver<AgentMessage> {
        private final ServerCallStreamObserver<GatewayMessage> call;
        private Optional<Challenged> challenged = Optional.empty();
        private Optional<AgentSession> session = Optional.empty();
        private boolean joined;
        private boolean over;

        /** Held while a message is taken, which may wait for the store. */
        private final ReentrantLock taking = new ReentrantLock();

        private long heardNanos = System.nanoTime();

        /** Said Hello and was given a nonce to sign. */
        private record Challenged(Hello hello, ByteString nonce) {}

        Incoming(ServerCallStreamObserver<GatewayMessage> call) {
            this.call = call;
        }

        @Override
        public void onNext(AgentMessage message) {
            taking.lock();
            try {
                if (!over) {
                    take(message);
                }
            } finally {
                heardNanos = System.nanoTime();
                taking.unlock();
            }
        }

        /** It is not silent while we are busy with what it said. */
        void endIfSilent() {
            if (taking.tryLock()) {
                try {
                    if (!over && System.nanoTime() - heardNanos > MOST_SILENCE.toNanos()) {
                        end(Status.DEADLINE_EXCEEDED.withDescription("nothing was said for " + MOST_SILENCE.toSeconds()
                                + " s, and who this is is not known"));
                    }
                } finally {
                    taking.unlock();
                }
            }
        }

        private void take(AgentMessage message) {
            try {
                switch (message.getMessageCase()) {
                    case HELLO -> hello(message.getHello());
                    case PROOF -> proof(message.getProof());
                    case JOINED -> joined();
                    case FACTS -> facts(message.getFacts());
                    case WATERMARK -> watermark(message.getWatermark());
                    case DIVERGED -> diverged(message.getDiverged());
                    case MESSAGE_NOT_SET -> {
                        // Of a newer agent, which must not depend on our understanding it.
                    }
                }
                call.request(1);
            } catch (MalformedRecord | IllegalArgumentException wrong) {
                end(Status.INVALID_ARGUMENT.withDescription(wrong.getMessage()));
            } catch (SentAway sentAway) {
                sendAway(sentAway);
            } catch (AppendRefused.NotLeader elsewhere) {
                end(Status.UNAVAILABLE.withDescription(elsewhere.getMessage()), LeaderTrailer.of(elsewhere.leader()));
            } catch (RuntimeException notStored) {
                if (StoreAway.is(notStored)) {
                    LOG.debug("agents wait for the store, of which the appender tells", notStored);
                } else {
                    notTaken.happened()
                            .ifPresent(times -> LOG.warn(
                                    "the store does not take what agents bring, {} times: {}",
                                    times,
                                    Objects.requireNonNullElse(notStored.getMessage(), notStored.toString())));
                }
                end(Status.UNAVAILABLE.withDescription("the store does not answer"));
            }
        }

        @Override
        public void onError(Throwable broken) {
            strangers.remove(this);
            session.ifPresent(gone -> {
                gone.gone();
                over(gone, "broke off: " + Status.fromThrowable(broken).getCode());
            });
        }

        @Override
        public void onCompleted() {
            strangers.remove(this);
            session.ifPresentOrElse(
                    done -> {
                        over(done, "ended");
                        done.complete();
                    },
                    call::onCompleted);
        }

        private void hello(Hello hello) {
            appender.requireLead();
            if (challenged.isPresent()) {
                throw new MalformedRecord("a second Hello");
            }
            StreamId stream = Peer.stream(hello);
            byte[] nonce = new byte[Signing.NONCE_BYTES];
            random.nextBytes(nonce);
            challenged = Optional.of(new Challenged(hello, ByteString.copyFrom(nonce)));
            if (hello.getPublicKey().isEmpty()) {
                throw new SentAway(
                        Status.Code.UNAUTHENTICATED,
                        "Hello names no key: the agent is of a version before keys; update it");
            }
            LOG.debug("an agent of {} is asked for its key", stream);
            call.onNext(GatewayMessage.newBuilder()
                    .setChallenge(Challenge.newBuilder().setNonce(ByteString.copyFrom(nonce)))
                    .build());
        }

        private void proof(Proof proof) {
            Challenged of = challenged.orElseThrow(() -> new MalformedRecord("a proof before Hello"));
            if (session.isPresent()) {
                throw new MalformedRecord("a second proof");
            }
            Peer peer = Peer.proved(of.hello(), of.nonce(), proof.getSignature());
            AgentSession fresh = new AgentSession(call, peer);
            session = Optional.of(fresh);
            sessions.entered(fresh);
            admit(peer);
            epochs.claim(peer);
            Ingest.Stored stored = ingest.stored(peer.stream());
            fresh.has(stored);
            fresh.welcome(stored.lastSha256());
        }

        private void joined() {
            AgentSession of = welcomed();
            Peer peer = of.peer();
            joined = true;
            strangers.remove(this);
            if (peer.remainder()) {
                LOG.info("what is left of {} comes, next fact {}", peer.stream(), of.nextSequence());
                return;
            }
            epochs.join(of, () -> sessions.opened(of));
            LOG.info("agent of {} is connected, next fact {}", peer.stream(), of.nextSequence());
            open.of(peer.stream()).forEach(of::instruct);
            tellThatTheStoreIsBack();
        }

        private void tellThatTheStoreIsBack() {
            notTaken.over().ifPresent(times -> LOG.info("the store takes what agents bring again"));
        }

        private void admit(Peer peer) {
            enrolments.change(peer.host(), (now, at) -> admitted(peer, now, at));
        }

        private static List<EnrolmentEvent> admitted(Peer peer, Enrolment by, long atNanos) {
            if (by.judge(peer.key().fingerprint(), peer.machineId()) instanceof Verdict.Refused refused) {
                throw new SentAway(Status.Code.PERMISSION_DENIED, refused);
            }
            return by.admit(peer.key(), peer.machineId(), peer.stream().epoch(), atNanos);
        }

        private void facts(FactBatch batch) {
            AgentSession of = inside();
            of.stored(ingest.store(of, batch));
            tellThatTheStoreIsBack();
        }

        private void watermark(Watermark watermark) {
            AgentSession of = inside();
            if (Long.compareUnsigned(watermark.getNextSequence(), of.nextSequence()) > 0) {
                throw new MalformedRecord("a watermark of facts that did not come: wanted sequence " + of.nextSequence()
                        + ", got " + Long.toUnsignedString(watermark.getNextSequence()));
            }
            watermarks.heard(of.peer().stream(), watermark);
        }

        private void diverged(Diverged diverged) {
            AgentSession of = welcomed();
            StreamId stream = of.peer().stream();
            throw new SentAway(
                    Status.Code.FAILED_PRECONDITION,
                    AlarmKind.COPIED_AGENT,
                    stream.toString(),
                    "what this agent recorded of " + stream + ", next fact "
                            + Long.toUnsignedString(diverged.getNextSequence())
                            + ", is not what the store has, next fact "
                            + of.nextSequence()
                            + ": there are two of the same agent, or its state directory was put back");
        }

        private AgentSession inside() {
            if (!joined) {
                throw new MalformedRecord("nothing is taken before Hello, its proof, and the answer to Welcome");
            }
            return welcomed();
        }

        private AgentSession welcomed() {
            return session.orElseThrow(() -> new MalformedRecord("an answer to a Welcome that was not said"));
        }

        private void sendAway(SentAway why) {
            HostId host = challenged.map(of -> Peer.stream(of.hello()).host()).orElseThrow();
            // Who has hung up since is no second agent.
            why.alarm()
                    .filter(alarm -> alarm.kind() != AlarmKind.COPIED_AGENT || !call.isCancelled())
                    .ifPresentOrElse(
                            alarm -> enrolments.raise(host, alarm),
                            () -> turnedAway
                                    .happened()
                                    .ifPresent(times -> LOG.warn(
                                            "agents are sent away, {} times; the last one, of {}: {}",
                                            times,
                                            host,
                                            why.getMessage())));
            end(why.status());
        }

        private void end(Status status) {
            end(status, new Metadata());
        }

        private void end(Status status, Metadata trailers) {
            over = true;
            strangers.remove(this);
            session.ifPresentOrElse(
                    broken -> {
                        sessions.ended(broken);
                        broken.end(status, trailers);
                    },
                    () -> call.onError(status.asRuntimeException(trailers)));
        }

        private void over(AgentSession which, String how) {
            sessions.ended(which);
            LOG.info("session of {} {}", which.peer().stream(), how);
        }
    }
}

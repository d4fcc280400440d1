package io.iommuledger.command.gateway;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.iommuledger.command.operation.OpenOperations;
import io.iommuledger.db.append.AppendRefused;
import io.iommuledger.db.append.Appender;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.protocol.MalformedRecord;
import io.iommuledger.protocol.Wire;
import io.iommuledger.protocol.v1.AgentGatewayGrpc;
import io.iommuledger.protocol.v1.GatewayProto.AgentMessage;
import io.iommuledger.protocol.v1.GatewayProto.FactBatch;
import io.iommuledger.protocol.v1.GatewayProto.GatewayMessage;
import io.iommuledger.protocol.v1.GatewayProto.Hello;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Serves {@code AgentGateway.Connect}: one message at a time, the next one asked for when the last is stored. */
@Component
public class AgentGateway extends AgentGatewayGrpc.AgentGatewayImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(AgentGateway.class);

    private final Sessions sessions;
    private final Epochs epochs;
    private final Ingest ingest;
    private final OpenOperations open;
    private final Appender appender;

    public AgentGateway(Sessions sessions, Epochs epochs, Ingest ingest, OpenOperations open, Appender appender) {
        this.sessions = sessions;
        this.epochs = epochs;
        this.ingest = ingest;
        this.open = open;
        this.appender = appender;
    }

    @Override
    public StreamObserver<AgentMessage> connect(StreamObserver<GatewayMessage> responses) {
        ServerCallStreamObserver<GatewayMessage> call = (ServerCallStreamObserver<GatewayMessage>) responses;
        call.disableAutoRequest();
        call.request(1);
        return new Incoming(call);
    }

    private final class Incoming implements StreamObserver<AgentMessage> {
        private final ServerCallStreamObserver<GatewayMessage> call;
        private Optional<AgentSession> session = Optional.empty();

        Incoming(ServerCallStreamObserver<GatewayMessage> call) {
            this.call = call;
        }

        @Override
        public void onNext(AgentMessage message) {
            try {
                switch (message.getMessageCase()) {
                    case HELLO -> hello(message.getHello());
                    case FACTS -> facts(message.getFacts());
                    case WATERMARK, MESSAGE_NOT_SET -> {
                        // Says that the agent lives; nothing depends on it yet.
                    }
                }
                call.request(1);
            } catch (MalformedRecord | IllegalArgumentException wrong) {
                end(Status.INVALID_ARGUMENT.withDescription(wrong.getMessage()));
            } catch (Ingest.Contradiction contradiction) {
                LOG.error("an agent contradicts the log: {}", contradiction.getMessage());
                end(Status.INVALID_ARGUMENT.withDescription(contradiction.getMessage()));
            } catch (Ingest.Fenced over) {
                end(Status.FAILED_PRECONDITION.withDescription(over.getMessage()));
            } catch (AppendRefused.NotLeader elsewhere) {
                end(Status.UNAVAILABLE.withDescription(elsewhere.getMessage()));
            } catch (RuntimeException storeAway) {
                LOG.warn("facts were not stored: {}", storeAway.toString());
                end(Status.UNAVAILABLE.withDescription("the store does not answer"));
            }
        }

        @Override
        public void onError(Throwable broken) {
            session.ifPresent(gone -> {
                gone.gone();
                over(gone, "broke off: " + Status.fromThrowable(broken).getCode());
            });
        }

        @Override
        public void onCompleted() {
            session.ifPresentOrElse(
                    done -> {
                        over(done, "ended");
                        done.complete();
                    },
                    call::onCompleted);
        }

        private void hello(Hello hello) {
            appender.requireLead();
            StreamId stream = new StreamId(new HostId(hello.getHost()), hello.getEpoch());
            Optional<String> refused = epochs.claim(stream, Wire.uuid(hello.getInstance()));
            if (refused.isPresent()) {
                LOG.warn("an agent is refused: {}", refused.get());
                call.onError(Status.FAILED_PRECONDITION
                        .withDescription(refused.get())
                        .asRuntimeException());
                return;
            }
            Ingest.Stored stored = ingest.stored(stream);
            AgentSession fresh = new AgentSession(call, stored.view(), stored.nextSequence());
            session = Optional.of(fresh);
            if (hello.getRemainder()) {
                LOG.info("what is left of {} comes, next fact {}", stream, fresh.nextSequence());
                fresh.welcome();
                return;
            }
            sessions.opened(fresh);
            LOG.info("agent of {} is connected, next fact {}", stream, fresh.nextSequence());
            fresh.welcome();
            open.of(stream).forEach(fresh::instruct);
        }

        private void facts(FactBatch batch) {
            AgentSession of = session.orElseThrow(() -> new MalformedRecord("facts before Hello"));
            of.stored(ingest.store(of.view(), batch, of.nextSequence()));
        }

        private void end(Status status) {
            session.ifPresentOrElse(
                    broken -> {
                        sessions.ended(broken);
                        broken.end(status);
                    },
                    () -> call.onError(status.asRuntimeException()));
        }

        private void over(AgentSession which, String how) {
            sessions.ended(which);
            LOG.info("session of {} {}", which.view().stream(), how);
        }
    }
}

package io.iommuledger.command.gateway;

import io.grpc.Metadata;
import io.grpc.Status;
import io.iommuledger.lifecycle.enrolment.Enrolment;
import io.iommuledger.lifecycle.enrolment.Verdict;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** The agents that are connected, one session a host; besides, those that bring what is left of an epoch. */
@Component
public class Sessions {
    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

    private final ConcurrentMap<HostId, AgentSession> sessions = new ConcurrentHashMap<>();

    /** All that has proved its key. */
    private final Set<AgentSession> entered = ConcurrentHashMap.newKeySet();

    public Optional<AgentSession> of(HostId host) {
        return Optional.ofNullable(sessions.get(host));
    }

    /** The session of exactly this epoch. */
    public Optional<AgentSession> of(StreamId stream) {
        return of(stream.host()).filter(session -> session.peer().stream().equals(stream));
    }

    /** Before it is asked whether it may speak, so that who ceases to be allowed to meanwhile is found. */
    void entered(AgentSession session) {
        entered.add(session);
    }

    /** Sends those away that may not speak any more. */
    public void judgeAgain(Enrolment enrolment) {
        entered.stream()
                .filter(session -> session.peer().host().equals(enrolment.host()))
                .forEach(session -> {
                    Peer peer = session.peer();
                    if (enrolment.judge(peer.key().fingerprint(), peer.machineId()) instanceof Verdict.Refused no) {
                        ended(session);
                        session.end(Status.PERMISSION_DENIED.withDescription(no.text()));
                    }
                });
    }

    /** @throws SentAway if the session was ended since it entered */
    void opened(AgentSession session) {
        AgentSession before = sessions.put(session.peer().host(), session);
        if (before != null) {
            ended(before);
            before.end(Status.ABORTED.withDescription("another session of this host was opened"));
        }
        if (!entered.contains(session)) {
            ended(session);
            throw new SentAway(Status.Code.ABORTED, "the session of " + session.peer().stream() + " is over");
        }
    }

    /** Lets every agent know that this command side is there; one that cannot be told does not keep it from the others. */
    void beat() {
        entered.forEach(session -> {
            try {
                session.beat();
            } catch (RuntimeException broken) {
                LOG.warn("the agent of {} is not told of: {}", session.peer().stream(), broken.toString());
            }
        });
    }

    /** Every agent is to dial again, where it will be told more. */
    public void endAll(Status status, Metadata trailers) {
        entered.forEach(session -> {
            ended(session);
            session.end(status, trailers);
        });
    }

    void ended(AgentSession session) {
        entered.remove(session);
        sessions.remove(session.peer().host(), session);
    }
}

package io.iommuledger.command.gateway;

import io.grpc.Status;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.springframework.stereotype.Component;

/** The agents that are connected, one session a host. */
@Component
public class Sessions {
    private final ConcurrentMap<HostId, AgentSession> sessions = new ConcurrentHashMap<>();

    public Optional<AgentSession> of(HostId host) {
        return Optional.ofNullable(sessions.get(host));
    }

    /** The session of exactly this epoch. */
    public Optional<AgentSession> of(StreamId stream) {
        return of(stream.host()).filter(session -> session.view().stream().equals(stream));
    }

    void opened(AgentSession session) {
        AgentSession before = sessions.put(session.view().stream().host(), session);
        if (before != null) {
            before.end(Status.ABORTED.withDescription("another session of this host was opened"));
        }
    }

    /** Every agent is to dial again, where it will be told more. */
    public void endAll(Status status) {
        sessions.values().forEach(session -> {
            ended(session);
            session.end(status);
        });
    }

    void ended(AgentSession session) {
        sessions.remove(session.view().stream().host(), session);
    }
}

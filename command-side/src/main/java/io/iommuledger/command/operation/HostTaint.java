package io.iommuledger.command.operation;

import io.iommuledger.command.gateway.Epochs;
import io.iommuledger.command.gateway.Sessions;
import io.iommuledger.command.host.HostView;
import io.iommuledger.db.EventLog;
import io.iommuledger.db.horizon.Horizons;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.replay.HostCheckpoint;
import io.iommuledger.protocol.FactCodec;
import io.iommuledger.protocol.MalformedRecord;
import io.iommuledger.protocol.horizon.HorizonHost;
import io.iommuledger.web.Taint;
import java.util.List;
import java.util.Optional;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** Of a host whose agent is connected to this command side as its session has it, of any other as the log has it. */
@Component
@Order(0)
class HostTaint implements Taint {
    private final Sessions sessions;
    private final Epochs epochs;
    private final EventLog log;
    private final Horizons horizons;

    HostTaint(Sessions sessions, Epochs epochs, EventLog log, Horizons horizons) {
        this.horizons = horizons;
        this.sessions = sessions;
        this.epochs = epochs;
        this.log = log;
    }

    @Override
    public Optional<Boolean> of(HostId host) {
        return sessions.of(host)
                .map(session -> session.view().tainted())
                .or(() -> epochs.newest(host).flatMap(epoch -> stored(new StreamId(host, epoch))));
    }

    private Optional<Boolean> stored(StreamId stream) {
        return horizons.steady(horizon -> stored(
                stream, horizon.flatMap(at -> horizons.host(at, stream.host())).map(HorizonHost::fold)));
    }

    /** @param kept the host's fold at the horizon; of what was told by then it takes nothing again */
    private Optional<Boolean> stored(StreamId stream, Optional<HostCheckpoint> kept) {
        List<byte[]> policies = log.policies(stream);
        boolean known = kept.stream()
                .flatMap(host -> host.epochs().stream())
                .anyMatch(epoch -> epoch.epoch().stream().equals(stream));
        if (policies.isEmpty() && !known) {
            return Optional.empty();
        }
        HostView view = kept.map(host -> HostView.resumed(stream, host)).orElseGet(() -> new HostView(stream));
        try {
            policies.forEach(fact -> view.evolve(FactCodec.decode(fact)));
            return Optional.of(view.tainted());
        } catch (MalformedRecord ofNewerAgent) {
            return Optional.empty();
        }
    }
}

package io.iommuledger.verify.check;

import io.iommuledger.lifecycle.enrolment.AgentAdmitted;
import io.iommuledger.lifecycle.enrolment.EnrolmentEvent;
import io.iommuledger.lifecycle.enrolment.Fingerprint;
import io.iommuledger.lifecycle.enrolment.HostKey;
import io.iommuledger.lifecycle.enrolment.KeyEnrolled;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.protocol.EnrolmentCodec;
import io.iommuledger.protocol.MalformedRecord;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Hosts' keys, as the log itself tells of them. */
final class Keys {
    private final Map<HostId, OfHost> hosts = new HashMap<>();

    private static final class OfHost {
        private final Set<Fingerprint> enrolled = new HashSet<>();
        private final Map<Fingerprint, HostKey> proved = new HashMap<>();
        private long signsFrom = Long.MAX_VALUE;
    }

    /** Takes an event of enrolment; what a newer version wrote is passed over. */
    void take(long position, byte[] payload) {
        EnrolmentEvent event;
        try {
            event = EnrolmentCodec.decode(payload);
        } catch (MalformedRecord newer) {
            return;
        }
        OfHost host = hosts.computeIfAbsent(event.host(), fresh -> new OfHost());
        if (event instanceof KeyEnrolled key) {
            host.enrolled.add(key.fingerprint());
        } else if (event instanceof AgentAdmitted agent) {
            host.proved.put(agent.key().fingerprint(), agent.key());
            host.signsFrom = Math.min(host.signsFrom, position);
        }
    }

    /** The key of a host that has a fingerprint, if it was enrolled and an agent has shown it. */
    Optional<HostKey> of(HostId host, Fingerprint fingerprint) {
        OfHost known = hosts.get(host);
        return known == null || !known.enrolled.contains(fingerprint)
                ? Optional.empty()
                : Optional.ofNullable(known.proved.get(fingerprint));
    }

    /** Whether all that is stored of a host at a position and after it is signed. */
    boolean signs(HostId host, long position) {
        OfHost known = hosts.get(host);
        return known != null && position > known.signsFrom;
    }
}

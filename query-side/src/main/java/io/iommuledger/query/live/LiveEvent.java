package io.iommuledger.query.live;

import io.iommuledger.db.EventLog;
import io.iommuledger.lifecycle.enrolment.Enrolment;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.query.audit.EventAnswer;
import io.iommuledger.web.stream.Message;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** An entry of the log for all clients that want it: it is decoded and written once, if any of them does. */
final class LiveEvent {
    private final EventLog.Entry entry;
    private final boolean signed;
    private final long nanos;
    private @Nullable Message message;

    /** @param nanos effective time, or when it was stored if it is no fact of a host */
    LiveEvent(EventLog.Entry entry, boolean signed, long nanos) {
        this.entry = entry;
        this.signed = signed;
        this.nanos = nanos;
    }

    long position() {
        return entry.position();
    }

    String type() {
        return entry.type();
    }

    /** Bytes, about, that it takes while it waits. */
    long weight() {
        return 512L + 8L * entry.payload().length;
    }

    /** Whether it stands in a stream of the host, of its facts or of its enrolment. */
    boolean isOf(HostId host) {
        return StreamId.isStream(entry.stream())
                ? StreamId.parse(entry.stream()).host().equals(host)
                : entry.stream().equals(Enrolment.streamOf(host));
    }

    synchronized Message message(JsonMapper mapper) {
        Message written = message;
        if (written == null) {
            EventAnswer answer = EventAnswer.of(entry, signed);
            CloudEvent told = CloudEvent.of(entry, answer, nanos);
            written = new Message(Long.toString(entry.position()), mapper.writeValueAsString(told));
            message = written;
        }
        return written;
    }
}

package io.iommuledger.command.access;

import io.iommuledger.db.EventLog;
import io.iommuledger.lifecycle.access.AccessRead;
import io.iommuledger.lifecycle.access.AccessReport;
import io.iommuledger.web.Body;
import io.iommuledger.web.access.Unrecorded;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Takes the reports of servers. Answered when what they tell is stored. */
@RestController
@Unrecorded("what it is told is recorded")
class AccessController {
    private static final int MOST_NAME = 255;

    private final Accesses accesses;
    private final EventLog log;

    AccessController(Accesses accesses, EventLog log) {
        this.accesses = accesses;
        this.log = log;
    }

    @PostMapping("/api/v1/accesses")
    Map<String, Object> record(HttpServletRequest request) {
        Body body = Body.read(request, "instance", "server", "begunNanos", "reads", "endedNanos");
        long head = Math.max(0, log.head());
        List<AccessReport.Read> reads = body
                .optionalObjects(
                        "reads", AccessReport.MOST_READS, "atNanos", "peer", "method", "kind", "target", "position")
                .orElse(List.of())
                .stream()
                .map(read -> read(read, head))
                .toList();
        accesses.record(new AccessReport(
                instance(body),
                bounded(body, "server", MOST_NAME),
                body.u64("begunNanos"),
                reads,
                body.has("endedNanos") ? OptionalLong.of(body.u64("endedNanos")) : OptionalLong.empty()));
        return Map.of("recorded", reads.size());
    }

    private static AccessReport.Read read(Body read, long head) {
        long position = read.u64("position");
        if (Long.compareUnsigned(position, head) > 0) {
            throw read.bad(
                    "position", "a position up to " + head + ", which is the newest: a reader has seen no other");
        }
        return new AccessReport.Read(
                read.u64("atNanos"),
                bounded(read, "peer", MOST_NAME),
                bounded(read, "method", MOST_NAME),
                bounded(read, "kind", MOST_NAME),
                bounded(read, "target", AccessRead.MOST_TARGET),
                position);
    }

    private static UUID instance(Body body) {
        String text = body.text("instance");
        try {
            UUID instance = UUID.fromString(text);
            if (instance.toString().equals(text)) {
                return instance;
            }
        } catch (IllegalArgumentException none) {
            // refused below, as one that is written in another way
        }
        throw body.bad("instance", "a UUID in lower case, which the query side made up when it started");
    }

    private static String bounded(Body body, String field, int most) {
        String text = body.text(field);
        if (text.length() > most || text.chars().anyMatch(Character::isISOControl)) {
            throw body.bad(field, "at most " + most + " characters, none of them a control character");
        }
        return text;
    }
}

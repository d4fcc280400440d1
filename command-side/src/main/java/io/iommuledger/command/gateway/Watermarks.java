package io.iommuledger.command.gateway;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.protocol.v1.GatewayProto.Watermark;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Up to where every host is heard of: a row a host, all that changed written in one statement a second. */
@Component
class Watermarks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Watermarks.class);

    private record Heard(StreamId stream, Watermark upTo) {}

    private final JdbcClient jdbc;
    private final Map<HostId, Heard> fresh = new ConcurrentHashMap<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("watermarks").factory());

    Watermarks(JdbcClient jdbc) {
        this.jdbc = jdbc;
        var _ = thread.scheduleWithFixedDelay(this::write, 1, 1, TimeUnit.SECONDS);
    }

    void heard(StreamId stream, Watermark upTo) {
        fresh.put(stream.host(), new Heard(stream, upTo));
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    /** What cannot be written is superseded a second later. */
    private void write() {
        List<Heard> heard = new ArrayList<>();
        for (HostId host : List.copyOf(fresh.keySet())) {
            heard.add(fresh.remove(host));
        }
        if (heard.isEmpty()) {
            return;
        }
        try {
            jdbc.sql("""
                INSERT INTO host_heard (host, epoch, next_sequence, wall_nanos, heard_at)
                SELECT host, epoch, next, wall, now()
                FROM unnest(:hosts, :epochs, :nexts, :walls) AS heard (host, epoch, next, wall)
                ON CONFLICT (host) DO UPDATE SET epoch = excluded.epoch,
                    next_sequence = excluded.next_sequence, wall_nanos = excluded.wall_nanos,
                    heard_at = excluded.heard_at
                WHERE host_heard.epoch <= excluded.epoch\
                """)
                    .param(
                            "hosts",
                            heard.stream()
                                    .map(each -> each.stream().host().value())
                                    .toArray(String[]::new))
                    .param(
                            "epochs",
                            numbers(heard.stream()
                                    .map(each -> each.stream().epoch())
                                    .toList()))
                    .param(
                            "nexts",
                            numbers(heard.stream()
                                    .map(each -> each.upTo().getNextSequence())
                                    .toList()))
                    .param(
                            "walls",
                            numbers(heard.stream()
                                    .map(each -> each.upTo().getWallNanos())
                                    .toList()))
                    .update();
        } catch (DataAccessException e) {
            LOG.debug("watermarks were not written: {}", e.getMessage());
        }
    }

    private static Long[] numbers(List<Long> list) {
        return list.toArray(Long[]::new);
    }
}

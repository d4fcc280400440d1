package io.iommuledger.query.report;

import io.iommuledger.db.EventLog;
import io.iommuledger.lifecycle.access.AccessBegan;
import io.iommuledger.lifecycle.access.AccessEnded;
import io.iommuledger.lifecycle.access.AccessEvent;
import io.iommuledger.lifecycle.access.AccessRead;
import io.iommuledger.protocol.AccessCodec;
import io.iommuledger.protocol.MalformedRecord;
import io.iommuledger.report.Document;
import io.iommuledger.report.Rows;
import io.iommuledger.report.Table;
import io.iommuledger.web.Times;
import java.io.IOException;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/**
 * Who read the audit, as far as query sides recorded it, whatever hosts the report is about: a question need not be about
 * one. Where nothing is recorded that is evidence about no control.
 */
@Component
@Order(120)
class AccessSection implements Section {
    private final LogReader log;

    private record Asking(String principal, String kind) implements Comparable<Asking> {
        private static final Comparator<Asking> ORDER =
                Comparator.comparing(Asking::principal).thenComparing(Asking::kind);

        @Override
        public int compareTo(Asking other) {
            return ORDER.compare(this, other);
        }
    }

    private record Span(long count, long first, long last, String ended) {
        static final Span NONE = new Span(0, Long.MAX_VALUE, Long.MIN_VALUE, "");

        Span and(long nanos, int reads) {
            return new Span(count + reads, Math.min(first, nanos), Math.max(last, nanos), ended);
        }

        Span end(String at) {
            return new Span(count, first, last, at);
        }
    }

    AccessSection(LogReader log) {
        this.log = log;
    }

    @Override
    public Heading heading() {
        return Heading.of(
                "access",
                "Access to the audit itself",
                EnumSet.of(Kind.COMPLIANCE),
                Control.AU_2,
                Control.AU_9,
                Control.PCI_10_2,
                Control.ISO_8_15);
    }

    @Override
    public boolean isEvidence(Period period) {
        return log.hasAccesses(period);
    }

    @Override
    public void write(Period period, Document document) throws IOException {
        Map<Asking, Span> askings = new TreeMap<>();
        Map<UUID, Span> recorders = new TreeMap<>();
        log.accesses(period, entry -> take(entry.payload(), askings, recorders));
        if (recorders.isEmpty()) {
            document.text("No access to the audit is recorded in this period: no server recorded who read from it. That"
                    + " does not say that nobody read it.");
            return;
        }
        document.text("Who asked which server for what, of all hosts, recorded before each answer. Each start of a"
                + " server that records reads is a row of the first table, with its first and last record in this period; outside"
                + " of those times, and of servers that do not record, nothing is known of who read."
                + " What query sides answered is recorded by those that are one. A principal is an id,"
                + " until log-in exists that of an address.");
        document.table(
                Table.of(
                        "access-recorders",
                        "Servers that recorded reads",
                        "instance:Start of a server",
                        "server:Server",
                        "count:Reads",
                        "first:First record",
                        "last:Last record",
                        "ended:Told to end"),
                rows(recorders, servers(recorders.keySet())));
        document.table(
                Table.of(
                        "accesses",
                        "Reads",
                        "principal:Principal",
                        "kind:What was asked for",
                        "count:Times",
                        "first:First",
                        "last:Last"),
                taker -> {
                    for (Map.Entry<Asking, Span> one : askings.entrySet()) {
                        Span span = one.getValue();
                        taker.take(Rows.row(
                                one.getKey().principal(),
                                one.getKey().kind(),
                                span.count(),
                                Times.rfc3339(span.first()),
                                Times.rfc3339(span.last())));
                    }
                });
    }

    /** As they called themselves when they began, which may have been before the period. */
    private Map<UUID, String> servers(Set<UUID> instances) {
        Map<UUID, String> servers = new HashMap<>();
        for (EventLog.Entry entry :
                log.firstOf(instances.stream().map(AccessEvent::streamOf).toList())) {
            try {
                if (AccessCodec.decode(entry.payload()) instanceof AccessBegan began) {
                    servers.put(began.instance(), began.server());
                }
            } catch (MalformedRecord newer) {
                // Its name is not known.
            }
        }
        return servers;
    }

    private static Rows rows(Map<UUID, Span> recorders, Map<UUID, String> servers) {
        return taker -> {
            for (Map.Entry<UUID, Span> one : recorders.entrySet()) {
                Span span = one.getValue();
                taker.take(Rows.row(
                        one.getKey().toString(),
                        Optional.ofNullable(servers.get(one.getKey())),
                        span.count(),
                        Times.rfc3339(span.first()),
                        Times.rfc3339(span.last()),
                        span.ended()));
            }
        };
    }

    private static void take(byte[] payload, Map<Asking, Span> askings, Map<UUID, Span> recorders) {
        AccessEvent event;
        try {
            event = AccessCodec.decode(payload);
        } catch (MalformedRecord newer) {
            return;
        }
        long nanos = event.atNanos();
        Span span = recorders.getOrDefault(event.instance(), Span.NONE);
        recorders.put(
                event.instance(),
                switch (event) {
                    case AccessBegan _ -> span.and(nanos, 0);
                    case AccessEnded _ -> span.and(nanos, 0).end(Times.rfc3339(nanos));
                    case AccessRead _ -> span.and(nanos, 1);
                });
        if (event instanceof AccessRead read) {
            Asking asking = new Asking(read.principal(), read.kind());
            askings.put(asking, askings.getOrDefault(asking, Span.NONE).and(nanos, 1));
        }
    }
}

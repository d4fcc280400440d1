package io.iommuledger.query;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.context.ContextKind;
import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.fact.ContextCloseRequested;
import io.iommuledger.lifecycle.fact.ContextClosed;
import io.iommuledger.lifecycle.fact.ContextOpenRequested;
import io.iommuledger.lifecycle.fact.ContextOpened;
import io.iommuledger.lifecycle.fact.DmaFaulted;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.FactsLost;
import io.iommuledger.lifecycle.fact.FaultsMissed;
import io.iommuledger.lifecycle.fact.FrameRun;
import io.iommuledger.lifecycle.fact.FramesRead;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.MemoryDecodingChanged;
import io.iommuledger.lifecycle.fact.MemoryDecodingRequested;
import io.iommuledger.lifecycle.fact.PoliciesChanged;
import io.iommuledger.lifecycle.fact.RegionAllocated;
import io.iommuledger.lifecycle.fact.RegionFreeRequested;
import io.iommuledger.lifecycle.fact.RegionFreed;
import io.iommuledger.lifecycle.fact.RegionRequested;
import io.iommuledger.lifecycle.fact.UnmapReason;
import io.iommuledger.lifecycle.fact.UnmapRequested;
import io.iommuledger.lifecycle.fact.Unmapped;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.OperationEvent;
import io.iommuledger.lifecycle.operation.OperationRequested;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;

/** A host of which little stands, after thousands of changes. */
final class LongHistory {
    static final List<String> HOSTS = List.of("rack1", "rack2", "rack3", "rack4");

    /** Rows for a page of 20 and what stands on all hosts, generously; their histories have 20 times as many. */
    static final long MOST_LOOKED_AT = 3_500;

    /** Tables that hold one row, or a row a host or an alarm, and do not grow with history. */
    static final List<String> SMALL =
            List.of("token_entry", "host_heard", "alarm_seen", "projection", "trailing_access", "tally", "tree");

    /** Questions that take no place in history. */
    static final List<String> OF_NOW = List.of(
            "events?limit=20",
            "events?host=rack1&limit=20",
            "events?host=rack1&limit=20&after=5000",
            "alarms",
            "alarms?host=rack1&state=all");

    static final List<String> QUESTIONS = List.of(
            "hosts",
            "hosts/rack1/devices",
            "hosts/rack1/devices/0000:3b:00.0/history?limit=20",
            "hosts/rack1/contexts",
            "hosts/rack1/contexts?state=all",
            "hosts/rack1/contexts/1-1/mappings",
            "hosts/rack1/contexts/1-1/mappings?state=zombie",
            "hosts/rack1/contexts/1-1/mappings?iova=0x1000",
            "hosts/rack1/contexts/1-1/mappings?state=all&iova=0x1000",
            "hosts/rack1/contexts/1-1/history?iova=0x10000000",
            "mappings?iova=0x1000",
            "mappings?host=rack1&iova=0x1000-0x1fff",
            "mappings?host=rack1&exporter=0000:3b:00.0",
            "mappings?exporter=0000:3b:00.0",
            "mappings/rack1.1-6",
            "mappings/rack1.1-6/history",
            "zombies",
            "zombies?host=rack1",
            "zombies?exposes=true",
            "zombies?device=0000:3b:00.0",
            "zombies?device=0000:af:00.0&host=rack1",
            "zombies?principal=somebody",
            "zombies?olderThan=1s",
            "zombies?ever=true&limit=20",
            "zombies?ever=true&limit=20&host=rack1",
            "physical?address=0xc0000000",
            "physical?address=0x100000-0x1fffff&host=rack1",
            "hosts/rack1/p2p",
            "hosts/rack1/policies",
            "hosts/rack1/regions",
            "hosts/rack1/findings?limit=20",
            "hosts/rack1/faults?limit=20",
            "hosts/rack1/faults?limit=20&device=0000:af:00.0",
            "hosts/rack1/faults?limit=20&iova=0x5000",
            "resets?limit=20",
            "resets?host=rack1&limit=20",
            "resets?host=rack1&limit=20&device=0000:3b:00.0",
            "resets?open=true",
            "resets?open=true&host=rack1",
            "resets/rack1.1-r1010",
            "operations?limit=20",
            "operations?limit=20&state=pending&host=rack1",
            "operations?limit=20&principal=somebody",
            "operations?limit=20&since=2030-01-01T00:00:00Z",
            "events?limit=20",
            "events?host=rack1&limit=20",
            "events?host=rack1&limit=20&after=5000",
            "alarms",
            "alarms?host=rack1&state=all");

    private static final int BARS = 5;
    private static final int TIMES = 120;
    private static final int PAGES = 600;

    private final Log.Agent agent;
    private final List<Fact> facts = new ArrayList<>();

    LongHistory(Log log, String host) {
        this.agent = log.agent(host, 1);
    }

    /** In the end the exporter's memory is off. */
    void tell() {
        Facts.prepare(agent, Facts.BOOT);
        for (int number = 1; number <= BARS; number++) {
            map(number, number * 0x1000L, new Backing.BarRange(Facts.EXPORTER, 2, 0, 0xc000_0000L));
        }
        map(BARS + 1, 0x2000_0000L, new Backing.Memory(0x7f00_0000_0000L));
        for (int time = 0; time < TIMES; time++) {
            decode(1_000 + time, MemoryDecoding.OFF);
            decode(1_000 + time, MemoryDecoding.ON);
            for (int i = 0; i < 3; i++) {
                facts.add(new DmaFaulted(Facts.IMPORTER, 0x1000L * (i + 5), true, "0x05", time));
                facts.add(new FaultsMissed("some"));
            }
            long asked = next();
            facts.add(new RegionRequested("ring", 4096, 0));
            facts.add(new RegionAllocated(asked, "ring", 0x7f00_0000_0000L));
            long freed = next();
            facts.add(new RegionFreeRequested("ring"));
            facts.add(new RegionFreed(freed, "ring"));
            facts.add(new PoliciesChanged(time % 2 == 0 ? Policies.DEFAULT : Policies.KERNEL));
            if (time % 10 == 0) {
                facts.add(new FactsLost(1, "no room", false));
            }
            long opened = next();
            facts.add(new ContextOpenRequested(100 + time));
            facts.add(new ContextOpened(opened, 100 + time, ContextKind.TYPE1));
            long closed = next();
            facts.add(new ContextCloseRequested(100 + time));
            facts.add(new ContextClosed(closed, 100 + time));
            flush();
        }
        for (int page = 0; page < PAGES; page++) {
            long start = 0x1000_0000L + (page % 10) * 0x1000L;
            map(2_000 + page, start, new Backing.Memory(0x7f00_0000_0000L));
            facts.add(new FramesRead(
                    2_000 + page, List.of(new FrameRun(0, 0x10_0000L + (page % 50) * 0x1000L, 0x1000)), 0, "", 0));
            long intent = next();
            IovaRange iova = IovaRange.ofSize(start, 0x1000);
            facts.add(new UnmapRequested(1, iova, UnmapReason.OWNER, OptionalLong.empty()));
            facts.add(new Unmapped(intent, 1, iova, iova.size()));
        }
        decode(1_000 + TIMES, MemoryDecoding.OFF);
        flush();
    }

    /** Operations that somebody asked for, and nothing came of. */
    static void operations(Log log) {
        OperationEvent[] asked = new OperationEvent[500];
        for (int i = 0; i < asked.length; i++) {
            asked[i] = new OperationRequested(
                    new UUID(7, i),
                    new StreamId(new HostId("rack1"), 1),
                    "somebody",
                    new Instruction.Unmap(new ContextId(1, 1), IovaRange.ALL),
                    1_000_000_000L);
        }
        log.append(asked);
    }

    private long next() {
        return agent.next() + facts.size();
    }

    private void map(long number, long start, Backing backing) {
        long asked = next();
        facts.add(new MapRequested(number, 1, IovaRange.ofSize(start, 0x1000), DmaAccess.READ_WRITE, backing));
        facts.add(new Mapped(asked, number));
    }

    private void decode(long episode, MemoryDecoding now) {
        long asked = next();
        facts.add(new MemoryDecodingRequested(episode, Facts.EXPORTER, now));
        facts.add(new MemoryDecodingChanged(asked, Facts.EXPORTER, now));
    }

    private void flush() {
        agent.append(facts.toArray(Fact[]::new));
        facts.clear();
    }
}

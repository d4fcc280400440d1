package io.iommuledger.lifecycle.host;

import io.iommuledger.lifecycle.context.Context;
import io.iommuledger.lifecycle.device.Device;
import io.iommuledger.lifecycle.evidence.KernelEvidence;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.Exposure;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.memory.Region;
import io.iommuledger.lifecycle.reset.Episode;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a host's facts leave standing, as text that is the same wherever and however it was folded: docs/replay.md has the
 * form. Mappings stand in it in blocks, by the hash of each block's text, so that a fact costs what it changes and not what
 * stands. For one thread.
 */
public final class StateText {
    /** Mappings whose numbers, divided by this, are the same stand in one block. */
    public static final int BLOCK = 256;

    private final HostState host;
    private final Scope scope;
    private final Hash hash;
    /** Of each epoch, the line of each block by the block's number; empty if nothing of it is in scope. */
    private final Map<Long, TreeMap<Long, String>> blocks = new HashMap<>();
    /** Of each epoch, all lines of contexts, devices, regions and episodes. */
    private final Map<Long, String> others = new HashMap<>();

    public StateText(HostState host, Scope scope, Hash hash) {
        this.host = host;
        this.scope = scope;
        this.hash = hash;
    }

    /** Must be told of every change of the host. */
    public void changed(Change change) {
        switch (change) {
            case Change.MappingChanged(Mapping mapping) -> changed(mapping);
            case Change.ExposureBounded(Mapping mapping) -> changed(mapping);
            case Change.Faulted faulted -> {
                // Leaves everything as it stands.
            }
            case Change.FramesKnown frames -> {
                // Leaves everything as it stands.
            }
            case Change.Finding finding -> {
                // Leaves everything as it stands.
            }
            default -> {
                others.clear();
                if (scope.device().isPresent()) {
                    blocks.clear();
                }
            }
        }
    }

    private void changed(Mapping mapping) {
        TreeMap<Long, String> ofEpoch = blocks.get(mapping.stream().epoch());
        if (ofEpoch != null) {
            ofEpoch.put(mapping.number() / BLOCK, "");
        }
    }

    /** All lines of the host, each with its end. */
    public void appendTo(StringBuilder text) {
        text.append("host ").append(escaped(host.host().value()));
        text.append(" time=").append(host.effectiveNanos()).append('\n');
        Collection<EpochState> standing = host.standing();
        blocks.keySet().removeIf(epoch -> standing.stream().noneMatch(state -> state.stream.epoch() == epoch));
        others.keySet().removeIf(epoch -> standing.stream().noneMatch(state -> state.stream.epoch() == epoch));
        for (EpochState state : standing) {
            epoch(state, text);
            text.append(others.computeIfAbsent(state.stream.epoch(), epoch -> others(state)));
            refreshed(state).values().forEach(text::append);
        }
    }

    /** The lines of each block of mappings, behind the line of the block itself. */
    public void appendMappingsTo(StringBuilder text) {
        for (EpochState state : host.standing()) {
            refreshed(state).forEach((block, line) -> text.append(line).append(mappings(state, block)));
        }
    }

    private Map<Long, String> refreshed(EpochState state) {
        TreeMap<Long, String> known = blocks.get(state.stream.epoch());
        if (known == null) {
            known = new TreeMap<>();
            for (long number : state.mappings.numbers()) {
                known.put(number / BLOCK, "");
            }
            blocks.put(state.stream.epoch(), known);
        }
        known.replaceAll((block, line) -> line.isEmpty() ? line(state, block) : line);
        known.values().removeIf(String::isEmpty);
        return known;
    }

    private String line(EpochState state, long block) {
        String lines = mappings(state, block);
        return lines.isEmpty()
                ? ""
                : "mappings " + state.stream.epoch() + " " + block * BLOCK + " " + hash.of(lines) + "\n";
    }

    private String mappings(EpochState state, long block) {
        StringBuilder lines = new StringBuilder();
        for (long number = block * BLOCK; number < (block + 1) * BLOCK; number++) {
            Mapping mapping = state.mappings.find(number);
            if (mapping != null && scope.includes(host, mapping)) {
                mapping(mapping, lines);
            }
        }
        return lines.toString();
    }

    private static void epoch(EpochState state, StringBuilder text) {
        Epoch epoch = state.epoch;
        text.append("epoch ").append(state.stream.epoch());
        text.append(" instance=").append(epoch.began().instance());
        text.append(" machine=").append(escaped(epoch.began().machineId()));
        text.append(" boot=").append(escaped(epoch.began().bootId()));
        text.append(" kernel=").append(escaped(epoch.began().kernelRelease()));
        text.append(" agent=").append(escaped(epoch.began().agentVersion()));
        text.append(" state=").append(epoch.state());
        text.append(" policies=").append(policies(epoch.policies()));
        text.append(" tainted=").append(epoch.tainted());
        text.append(" sealed=").append(epoch.began().sealed());
        text.append(" memlock=").append(epoch.began().memoryLockLimit());
        text.append(" sequence=").append(state.lastSequence);
        text.append(" parts=").append(state.parts.size());
        text.append(" pending=")
                .append(Arrays.stream(state.pending.sortedKeys())
                        .mapToObj(Long::toString)
                        .collect(Collectors.joining(",")));
        text.append('\n');
    }

    static String policies(Policies policies) {
        return policies.onRelease() + "," + policies.onReset() + "," + policies.mmio();
    }

    private String others(EpochState state) {
        StringBuilder text = new StringBuilder();
        state.contexts.values().stream()
                .filter(context -> scope.includes(host, context.id()))
                .forEach(context -> context(context, text));
        state.devices.values().forEach(device -> device(state, device, text));
        state.regions.values().forEach(region -> region(state, region, text));
        state.episodes.open().forEach(episode -> episode(episode, text));
        return text.toString();
    }

    private static void context(Context context, StringBuilder text) {
        text.append("context ").append(context.id());
        text.append(" kind=").append(context.kind());
        text.append(" state=").append(context.state());
        text.append(" groups=").append(joined(context.groups()));
        text.append(" pages=").append(Long.toHexString(context.pageSizes()));
        text.append(" ranges=")
                .append(context.iovaRanges().stream()
                        .map(range -> range(range.start(), range.last()))
                        .collect(Collectors.joining(",")));
        text.append(" limit=").append(context.mappingLimit()).append('\n');
    }

    private static void device(EpochState state, Device device, StringBuilder text) {
        text.append("device ").append(device.address());
        text.append(" epoch=").append(state.stream.epoch());
        text.append(" group=").append(device.group());
        text.append(" id=").append(Integer.toHexString(device.vendor()));
        text.append(':').append(Integer.toHexString(device.product()));
        text.append(':').append(Integer.toHexString(device.classCode()));
        text.append(" driver=").append(escaped(device.driver()));
        text.append(" resets=").append(joined(device.resetMethods()));
        text.append(" bars=")
                .append(device.bars().stream()
                        .map(bar -> bar.index() + ":" + Long.toHexString(bar.physicalBase()) + ":"
                                + Long.toHexString(bar.size()))
                        .collect(Collectors.joining(",")));
        text.append(" context=").append(orDash(device.context()));
        text.append(" session=").append(device.session());
        text.append(" decoding=").append(orDash(device.decoding()));
        text.append(" power=").append(device.power()).append('\n');
    }

    private static void region(EpochState state, Region region, StringBuilder text) {
        text.append("region ").append(escaped(region.name()));
        text.append(" epoch=").append(state.stream.epoch());
        text.append(" size=").append(Long.toHexString(region.size()));
        text.append(" huge=").append(Long.toHexString(region.hugePageBytes()));
        text.append(" vaddr=").append(Long.toHexString(region.vaddr())).append('\n');
    }

    private static void episode(Episode episode, StringBuilder text) {
        text.append("episode ").append(episode.id());
        text.append(" device=").append(episode.device());
        text.append(" kind=").append(episode.kind());
        text.append(" affected=").append(joined(episode.affected()));
        text.append(" call=").append(episode.call());
        text.append(" refusal=").append(refusal(episode.refusal()));
        text.append(" began=").append(episode.timing().began());
        text.append(" called=").append(orDash(episode.timing().callBegan()));
        text.append(" returned=").append(orDash(episode.timing().callEnded())).append('\n');
    }

    private static void mapping(Mapping mapping, StringBuilder text) {
        text.append("mapping ").append(mapping.number());
        text.append(" context=").append(mapping.contextNumber());
        text.append(" iova=").append(range(mapping.start(), mapping.last()));
        text.append(" access=").append(mapping.access().text());
        text.append(" backing=").append(backing(mapping.backing()));
        text.append(" session=").append(mapping.exporterSession());
        text.append(" state=").append(mapping.state());
        text.append(" cause=").append(mapping.cause());
        text.append(" source=").append(mapping.source());
        text.append(" episode=").append(orDash(mapping.episode()));
        text.append(" refusal=").append(refusal(mapping.refusal()));
        text.append(" exposure=")
                .append(mapping.exposure().map(StateText::exposure).orElse("-"));
        text.append('\n');
    }

    private static String backing(Backing backing) {
        return switch (backing) {
            case Backing.Memory memory -> "memory:" + Long.toHexString(memory.vaddr());
            case Backing.RegionRange region ->
                "region:" + escaped(region.region()) + ":" + Long.toHexString(region.offset()) + ":"
                        + Long.toHexString(region.vaddr());
            case Backing.FileRange file ->
                "file:" + escaped(file.path()) + ":" + Long.toHexString(file.offset()) + ":"
                        + Long.toHexString(file.vaddr()) + ":" + file.deviceMemory();
            case Backing.BarRange bar ->
                "bar:" + bar.exporter() + ":" + bar.index() + ":" + Long.toHexString(bar.offset()) + ":"
                        + Long.toHexString(bar.physicalBase());
        };
    }

    private static String exposure(Exposure exposure) {
        return exposure.beganNotBefore() + ":" + orDash(exposure.beganNotAfter()) + ":"
                + orDash(exposure.endedNotBefore()) + ":" + orDash(exposure.endedNotAfter());
    }

    private static String refusal(Optional<KernelEvidence> refusal) {
        return refusal.map(why -> escaped(why.call()) + ":" + why.errno().number())
                .orElse("-");
    }

    private static String range(long start, long last) {
        return Long.toHexString(start) + "-" + Long.toHexString(last);
    }

    private static String joined(Collection<?> values) {
        return values.stream().map(value -> escaped(value.toString())).collect(Collectors.joining(","));
    }

    private static String orDash(Optional<?> value) {
        return value.map(Object::toString).orElse("-");
    }

    private static String orDash(OptionalLong value) {
        return value.isPresent() ? Long.toString(value.getAsLong()) : "-";
    }

    /** What would part a line otherwise than its writer meant is written as percent sign and two hex digits. */
    static String escaped(String value) {
        StringBuilder text = new StringBuilder(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c <= ' ' || c == '%' || c == ',' || c == 0x7f) {
                text.append('%').append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }
}

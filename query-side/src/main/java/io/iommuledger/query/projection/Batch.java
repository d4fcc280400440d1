package io.iommuledger.query.projection;

import io.iommuledger.lifecycle.context.Context;
import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.Device;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.host.Change;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.lifecycle.operation.KeptRequest;
import io.iommuledger.lifecycle.operation.OperationEnded;
import io.iommuledger.lifecycle.reset.Episode;
import io.iommuledger.lifecycle.reset.EpisodeId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.springframework.jdbc.core.JdbcOperations;

/** What the facts of one transaction change, gathered to be written in a few statements at its end. */
final class Batch {
    /**
     * Until the transaction ends. A row is looked for by its key, whatever is known of its table: before the first ANALYZE
     * nothing is, and a plan that is kept from when the table was small looks through all of it. What takes too long all
     * the same is ended before the driver gives it up, which would leave PostgreSQL at work on it with the token locked.
     */
    static final String BY_INDEX = "SELECT set_config(name, value, true) FROM (VALUES"
            + " ('enable_hashjoin', 'off'), ('enable_mergejoin', 'off'), ('enable_seqscan', 'off'),"
            + " ('plan_cache_mode', 'force_custom_plan'), ('statement_timeout', '15s')) AS settings (name, value)";

    private final JdbcOperations jdbc;
    private final List<Intervals> intervals = new ArrayList<>();
    private final Map<HostId, FoldedHost> folds = new LinkedHashMap<>();
    private final HostRows hosts;
    private final DeviceRows devices;
    private final ContextRows contexts;
    private final MappingRows mappings;
    private final EpisodeRows episodes;
    private final RegionRows regions;
    private final TimeRows times = new TimeRows();
    private final GapRows gaps = new GapRows();
    private final FaultRows faults = new FaultRows();
    private final FrameRows frames = new FrameRows();
    private final FindingRows findings = new FindingRows();
    private final OperationRows operations = new OperationRows();

    /** @param jdbc within the transaction that the caller is in */
    Batch(JdbcOperations jdbc) {
        this.jdbc = jdbc;
        this.hosts = new HostRows(of(IntervalTable.HOST));
        this.devices = new DeviceRows(of(IntervalTable.DEVICE));
        this.contexts = new ContextRows(of(IntervalTable.CONTEXT));
        this.mappings = new MappingRows(of(IntervalTable.MAPPING));
        this.episodes = new EpisodeRows(of(IntervalTable.EPISODE));
        this.regions = new RegionRows(of(IntervalTable.REGION));
    }

    private Intervals of(IntervalTable table) {
        Intervals fresh = new Intervals(table, jdbc);
        intervals.add(fresh);
        return fresh;
    }

    FoldedHost fold(HostId host, Function<HostId, FoldedHost> opener) {
        return folds.computeIfAbsent(host, opener);
    }

    /** Takes what one fact changed. Of several changes to one thing the last one is what stands after the fact. */
    void put(StreamId stream, At at, FoldedHost.Taken taken, At epochBegan) {
        Map<MappingId, Mapping> changedMappings = new LinkedHashMap<>();
        Map<PciAddress, Device> changedDevices = new LinkedHashMap<>();
        Map<EpisodeId, Episode> changedEpisodes = new LinkedHashMap<>();
        Map<ContextId, Context> changedContexts = new LinkedHashMap<>();
        List<String> odd = new ArrayList<>();
        for (Change change : taken.changes()) {
            switch (change) {
                case Change.EpochChanged epoch -> {
                    // The host's row follows its newest epoch, which need not be this one.
                }
                case Change.DeviceChanged(Device device) -> changedDevices.put(device.address(), device);
                case Change.ContextChanged(Context context) -> changedContexts.put(context.id(), context);
                case Change.MappingChanged(Mapping mapping) -> changedMappings.put(mapping.id(), mapping);
                case Change.EpisodeChanged(Episode episode) -> changedEpisodes.put(episode.id(), episode);
                case Change.ExposureBounded(Mapping mapping) -> mappings.bound(at, mapping);
                case Change.RegionChanged region -> regions.put(at, region);
                case Change.Faulted fault -> faults.add(at, fault.fault());
                case Change.FramesKnown known -> frames.add(at, known);
                case Change.Finding finding -> odd.add(finding.text());
            }
        }
        taken.epoch().ifPresent(epoch -> hosts.put(at, epoch, epochBegan));
        changedDevices.values().forEach(device -> devices.put(stream, at, device));
        changedContexts.values().forEach(context -> contexts.put(stream.host(), at, context));
        for (Mapping mapping : changedMappings.values()) {
            mappings.put(at, mapping, taken.first().contains(mapping.id()));
            if (mapping.state().terminal() && !(mapping.backing() instanceof Backing.BarRange)) {
                frames.ended(at, mapping.id());
            }
        }
        changedEpisodes
                .values()
                .forEach(episode -> episodes.put(
                        at, episode, Objects.requireNonNull(taken.begins().get(episode.id()))));
        gaps.add(stream.host(), at.position(), taken.gaps());
        findings.add(at.position(), stream.host(), odd);
    }

    /** An entry that is not understood. */
    void pass(StreamId stream, long position, String why) {
        gaps.add(stream.host(), position, List.of(new Gap(stream.epoch(), 1, Gap.Cause.NOT_UNDERSTOOD, why)));
        findings.add(position, stream.host(), List.of("not understood: " + why));
    }

    /**
     * When a fact was.
     *
     * @param wallNanos   the host's clock
     * @param storedNanos the store's clock
     */
    void time(HostId host, At at, long wallNanos, long storedNanos) {
        times.add(host, at, wallNanos, storedNanos);
    }

    /** @param storedNanos the store's clock */
    void requested(long position, long storedNanos, KeptRequest requested) {
        operations.add(position, storedNanos, requested);
    }

    /** As {@link #requested}. */
    void ended(long position, long storedNanos, OperationEnded ended) {
        operations.add(position, storedNanos, ended);
    }

    void write() {
        jdbc.execute(BY_INDEX);
        times.write(jdbc);
        intervals.forEach(Intervals::write);
        gaps.write(jdbc);
        faults.write(jdbc);
        frames.write(jdbc);
        findings.write(jdbc);
        operations.write(jdbc);
    }
}

package io.iommuledger.query.whatif;

import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.lifecycle.whatif.Comparison;
import io.iommuledger.lifecycle.whatif.Divergence;
import io.iommuledger.lifecycle.whatif.Divergence.Kind;
import io.iommuledger.lifecycle.whatif.ExposureSum;
import io.iommuledger.lifecycle.whatif.Outcome;
import io.iommuledger.query.whatif.Report.Item;
import io.iommuledger.query.whatif.Report.Items;
import io.iommuledger.query.whatif.Report.OfMapping;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/** Gathers the differences, of which there may be any number, into sums and a bounded number of examples. */
final class ReportBuilder implements Comparison.Listener {
    private static final int MOST = 1_000;
    /** As many are asked for at once. */
    private static final int UNNAMED = 1_000;

    private final Principals principals;
    private final List<Outcome> outcomes = new ArrayList<>();
    private final List<Refused> refusals = new ArrayList<>();
    private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
    private final Map<String, Long> effects = new java.util.HashMap<>();
    private final Totals ofPrincipals = new Totals();
    private final Totals ofDevices = new Totals();
    private final List<OfMapping> mappings = new ArrayList<>();
    private final List<Item> refused = new ArrayList<>();
    private final List<Item> notSimulated = new ArrayList<>();
    private final Set<MappingId> unknown = new HashSet<>();
    private ExposureSum really = ExposureSum.NONE;
    private ExposureSum supposed = ExposureSum.NONE;

    private record Refused(long position, StreamId stream, Divergence divergence) {}

    ReportBuilder(Principals principals) {
        this.principals = principals;
    }

    @Override
    public void diverged(long position, StreamId stream, Divergence divergence) {
        counts.merge(divergence.kind(), 1L, Long::sum);
        switch (divergence.kind()) {
            case REFUSED_BY_MMIO, REFUSED_WHILE_HELD, REFUSED_WITH_ANOTHER, NOT_SIMULATED, MAP_NOT_SIMULATED -> {
                if (divergence.kind() == Kind.MAP_NOT_SIMULATED) {
                    divergence.mapping().ifPresent(unknown::add);
                }
                refusals.add(new Refused(position, stream, divergence));
                nameIfMany();
            }
            case DROPPED, NOT_DROPPED, WITHDRAWN, NOT_WITHDRAWN -> {
                // Counted; what it means for exposures is told of each mapping.
            }
        }
    }

    @Override
    public void exposed(Outcome outcome) {
        really = really.plus(outcome.really());
        supposed = supposed.plus(outcome.supposed());
        effects.merge(effect(outcome), 1L, Long::sum);
        outcomes.add(outcome);
        nameIfMany();
    }

    private String effect(Outcome outcome) {
        ExposureSum was = outcome.really();
        ExposureSum would = outcome.supposed();
        if (would.count() == 0 || was.count() == 0) {
            // That it could not be supposed prevents nothing.
            return was.count() == 0
                    ? "added"
                    : unknown.contains(outcome.mapping().id()) ? "notSimulated" : "prevented";
        }
        if (was.equals(would)) {
            return "same";
        }
        boolean longer = would.atMost().isEmpty()
                || (was.atMost().isPresent()
                        && would.atMost().getAsLong() > was.atMost().getAsLong());
        return longer ? "longer" : "shortened";
    }

    private void nameIfMany() {
        if (outcomes.size() + refusals.size() >= UNNAMED) {
            name();
        }
    }

    private void name() {
        Map<UUID, String> names = principals.of(Stream.concat(
                        outcomes.stream().flatMap(outcome -> outcome.operation().stream()),
                        refusals.stream().flatMap(one -> one.divergence().operation().stream()))
                .distinct()
                .toList());
        for (Outcome outcome : outcomes) {
            Optional<String> principal = outcome.operation().flatMap(id -> Optional.ofNullable(names.get(id)));
            Optional<String> device = exporter(outcome.mapping());
            ofPrincipals.add(principal, outcome);
            ofDevices.add(device, outcome);
            if (mappings.size() < MOST && !effect(outcome).equals("same")) {
                mappings.add(of(outcome, device, principal));
            }
        }
        for (Refused one : refusals) {
            Divergence divergence = one.divergence();
            Optional<String> principal = divergence.operation().flatMap(id -> Optional.ofNullable(names.get(id)));
            boolean simulated = divergence.kind().simulated();
            if (simulated) {
                ofPrincipals.refused(principal);
                ofDevices.refused(divergence.device().map(PciAddress::toString));
            }
            List<Item> items = simulated ? refused : notSimulated;
            if (items.size() < MOST) {
                items.add(item(one, principal));
            }
        }
        outcomes.clear();
        refusals.clear();
    }

    private OfMapping of(Outcome outcome, Optional<String> device, Optional<String> principal) {
        Mapping mapping = outcome.mapping();
        return new OfMapping(
                mapping.id().toString(),
                mapping.context().toString(),
                IovaRange.hex(mapping.start()),
                IovaRange.hex(mapping.last()),
                device,
                principal,
                effect(outcome),
                Exposed.of(outcome.really()),
                Exposed.of(outcome.supposed()));
    }

    private static Item item(Refused one, Optional<String> principal) {
        Divergence divergence = one.divergence();
        return new Item(
                one.position(),
                one.stream().host().value(),
                divergence.mapping().map(Object::toString),
                divergence.device().map(Object::toString),
                principal,
                divergence.kind().name(),
                divergence.text());
    }

    private static Optional<String> exporter(Mapping mapping) {
        return mapping.backing() instanceof Backing.BarRange bar
                ? Optional.of(bar.exporter().toString())
                : Optional.empty();
    }

    private long count(Kind kind) {
        return counts.getOrDefault(kind, 0L);
    }

    private long count(String effect) {
        return effects.getOrDefault(effect, 0L);
    }

    private static Items items(long count, List<Item> items) {
        return new Items(count, count > items.size(), items);
    }

    /** Nothing more comes. */
    Parts finish() {
        name();
        long differing =
                count("prevented") + count("shortened") + count("longer") + count("added") + count("notSimulated");
        return new Parts(
                Exposed.of(really),
                Exposed.of(supposed),
                new Report.Exposures(
                        count("prevented"),
                        count("shortened"),
                        count("same"),
                        count("longer"),
                        count("added"),
                        count("notSimulated"),
                        differing > mappings.size(),
                        mappings),
                items(
                        count(Kind.REFUSED_BY_MMIO) + count(Kind.REFUSED_WHILE_HELD) + count(Kind.REFUSED_WITH_ANOTHER),
                        refused),
                new Report.Done(
                        count(Kind.DROPPED), count(Kind.NOT_DROPPED), count(Kind.WITHDRAWN), count(Kind.NOT_WITHDRAWN)),
                items(count(Kind.NOT_SIMULATED) + count(Kind.MAP_NOT_SIMULATED), notSimulated),
                ofPrincipals.list((name, total) ->
                        new Report.OfPrincipal(name, total.refused(), total.really(), total.supposed())),
                ofDevices.list(
                        (name, total) -> new Report.OfDevice(name, total.refused(), total.really(), total.supposed())));
    }

    /** What was gathered. */
    record Parts(
            Exposed really,
            Exposed supposed,
            Report.Exposures exposures,
            Items refused,
            Report.Done done,
            Items notSimulated,
            List<Report.OfPrincipal> byPrincipal,
            List<Report.OfDevice> byDevice) {}
}

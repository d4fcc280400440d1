package io.iommuledger.lifecycle.host;

import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The mappings of one epoch that have not ended, found by number, by place and by exporter without a search. Ended ones
 * leave: their history is in the store.
 */
final class MappingBook {

    /** By IOVA, then by number: before 6.18 a kernel could hold two mappings on one address at the very top. */
    private record Place(long start, long number) {
        private static final Comparator<Place> ORDER = Comparator.<Place>comparingLong(
                        place -> place.start + Long.MIN_VALUE)
                .thenComparingLong(Place::number);
    }

    private final Map<Long, Mapping> byNumber = new HashMap<>();
    private final Map<Long, TreeMap<Place, Mapping>> byContext = new HashMap<>();
    private final Map<PciAddress, TreeSet<Long>> byExporter = new HashMap<>();

    Optional<Mapping> find(long number) {
        return Optional.ofNullable(byNumber.get(number));
    }

    Collection<Mapping> all() {
        return byNumber.values();
    }

    /** Files the mapping in its new state, or takes it out if that is terminal. */
    void put(Mapping mapping) {
        long number = mapping.id().number();
        if (mapping.state().terminal()) {
            remove(mapping);
            return;
        }
        byNumber.put(number, mapping);
        if (mapping.state() != MappingState.REQUESTED) {
            byContext
                    .computeIfAbsent(mapping.context().number(), context -> new TreeMap<>(Place.ORDER))
                    .put(place(mapping), mapping);
            if (mapping.backing() instanceof Backing.BarRange bar) {
                byExporter
                        .computeIfAbsent(bar.exporter(), exporter -> new TreeSet<>())
                        .add(number);
            }
        }
    }

    /** Mappings of the context that touch the range, in order of their addresses. */
    List<Mapping> touching(long context, IovaRange range) {
        TreeMap<Place, Mapping> places = byContext.get(context);
        if (places == null) {
            return List.of();
        }
        List<Mapping> found = new ArrayList<>();
        Map.Entry<Place, Mapping> before = places.lowerEntry(new Place(range.start(), Long.MIN_VALUE));
        if (before != null && before.getValue().iova().overlaps(range)) {
            found.add(before.getValue());
        }
        for (Mapping mapping :
                places.tailMap(new Place(range.start(), Long.MIN_VALUE)).values()) {
            if (!mapping.iova().overlaps(range)) {
                break;
            }
            found.add(mapping);
        }
        return found;
    }

    List<Mapping> ofContext(long context) {
        TreeMap<Place, Mapping> places = byContext.get(context);
        return places == null ? List.of() : List.copyOf(places.values());
    }

    List<Mapping> ofExporter(PciAddress exporter) {
        TreeSet<Long> numbers = byExporter.get(exporter);
        if (numbers == null) {
            return List.of();
        }
        List<Mapping> found = new ArrayList<>(numbers.size());
        numbers.forEach(number -> find(number).ifPresent(found::add));
        return found;
    }

    private void remove(Mapping mapping) {
        byNumber.remove(mapping.id().number());
        TreeMap<Place, Mapping> places = byContext.get(mapping.context().number());
        if (places != null) {
            places.remove(place(mapping));
            if (places.isEmpty()) {
                byContext.remove(mapping.context().number());
            }
        }
        if (mapping.backing() instanceof Backing.BarRange bar) {
            TreeSet<Long> numbers = byExporter.get(bar.exporter());
            if (numbers != null && numbers.remove(mapping.id().number()) && numbers.isEmpty()) {
                byExporter.remove(bar.exporter());
            }
        }
    }

    private static Place place(Mapping mapping) {
        return new Place(mapping.iova().start(), mapping.id().number());
    }
}

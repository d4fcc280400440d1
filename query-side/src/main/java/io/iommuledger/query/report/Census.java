package io.iommuledger.query.report;

import io.iommuledger.query.projection.RecordTally;
import io.iommuledger.query.projection.Tallies;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which types of records there are in a period, of each host in its scope: how many, and between which positions. It is read
 * once a report, when somebody asks first: who wants records of some types need not look through the rest of the period.
 */
final class Census {
    private final Tallies tallies;
    private final long after;
    private final long upTo;
    private final List<String> hosts;
    private @Nullable List<Count> counts;

    /**
     * Records of a type.
     *
     * @param host  that they are about; empty if none
     * @param first position of the first of them
     */
    record Count(Optional<String> host, String type, long records, long first, long last) {
        private Count and(Count other) {
            return new Count(
                    host, type, records + other.records, Math.min(first, other.first), Math.max(last, other.last));
        }
    }

    /** Positions, the first and the last of which are meant. */
    record Span(long first, long last) {
        private Span and(Span other) {
            return new Span(Math.min(first, other.first), Math.max(last, other.last));
        }
    }

    private record Kind(String host, String type) implements Comparable<Kind> {
        private static final Comparator<Kind> ORDER =
                Comparator.comparing(Kind::host).thenComparing(Kind::type);

        @Override
        public int compareTo(Kind other) {
            return ORDER.compare(this, other);
        }
    }

    /** @param hosts in scope; none for all */
    Census(Tallies tallies, long after, long upTo, List<String> hosts) {
        this.tallies = tallies;
        this.after = after;
        this.upTo = upTo;
        this.hosts = hosts;
    }

    /** By host and type, those of none first. */
    List<Count> counts() {
        List<Count> known = counts;
        if (known == null) {
            known = read();
            counts = known;
        }
        return known;
    }

    /** How many records of some types there are, which are patterns of SQL; none for all. */
    long records(List<String> types) {
        return of(types).mapToLong(Count::records).sum();
    }

    /** Where such records are; empty if there are none in the period. */
    Optional<Span> span(List<String> types) {
        return of(types).map(count -> new Span(count.first(), count.last())).reduce(Span::and);
    }

    private Stream<Count> of(List<String> types) {
        return counts().stream()
                .filter(count -> types.isEmpty() || types.stream().anyMatch(pattern -> fits(pattern, count.type())));
    }

    /** No type has a letter in it that means more than itself to SQL. */
    private static boolean fits(String pattern, String type) {
        return pattern.endsWith("%")
                ? type.startsWith(pattern.substring(0, pattern.length() - 1))
                : type.equals(pattern);
    }

    private List<Count> read() {
        Map<Kind, Count> all = new TreeMap<>();
        for (RecordTally tally : tallies.records(after, upTo)) {
            Optional<String> host = LogReader.named(tally.told());
            if (hosts.isEmpty() || host.filter(hosts::contains).isPresent()) {
                all.merge(
                        new Kind(host.orElse(""), tally.type()),
                        new Count(host, tally.type(), tally.records(), tally.first(), tally.last()),
                        Count::and);
            }
        }
        return List.copyOf(all.values());
    }
}

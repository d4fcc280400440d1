package io.iommuledger.query.mapping;

import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.query.paging.Page;
import io.iommuledger.query.position.HostAt;
import io.iommuledger.query.position.Snapshots;
import io.iommuledger.query.position.Standing;
import io.iommuledger.query.position.Standpoint;
import io.iommuledger.query.position.When;
import io.iommuledger.query.projection.Parked;
import io.iommuledger.query.projection.Sets;
import java.sql.Array;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What changes about zombies at a position: how those that stand there differ from those that stood one position before,
 * both found as {@code GET zombies?at=} finds them.
 */
@Component
public class ZombieChanges {
    /** Places that {@link #candidates} gives at most. */
    public static final int MOST_AT_ONCE = 50;

    /**
     * Where a mapping becomes a zombie, changes as one or stops being one, and where it may change which devices reach a
     * context; a position has a fact of one host only.
     */
    private static final String CANDIDATES = """
            WITH told AS (
                SELECT host, begin_position AS position, epoch, number FROM mapping_interval
                    WHERE zombie AND begin_position > :after AND begin_position <= :upTo
                UNION SELECT host, end_position, epoch, number FROM mapping_interval
                    WHERE zombie AND end_position > :after AND end_position <= :upTo
                UNION SELECT host, begin_position, NULL, NULL FROM context_interval
                    WHERE begin_position > :after AND begin_position <= :upTo
                UNION SELECT host, begin_position, NULL, NULL FROM device_interval
                    WHERE begin_position > :after AND begin_position <= :upTo
                UNION SELECT host, begin_position, NULL, NULL FROM host_interval
                    WHERE begin_position > :after AND begin_position <= :upTo)
            SELECT host, position, bool_or(number IS NULL) AS reach,
                array_agg(epoch ORDER BY epoch, number) FILTER (WHERE number IS NOT NULL) AS epochs,
                array_agg(number ORDER BY epoch, number) FILTER (WHERE number IS NOT NULL) AS numbers
            FROM told t WHERE position >
                (SELECT f.position FROM fact_time f WHERE f.host = t.host ORDER BY f.position LIMIT 1)
                AND position > coalesce((SELECT max(h.position) FROM horizon h), 0)
            GROUP BY host, position ORDER BY position LIMIT :most
            """;

    private final JdbcClient jdbc;
    private final Sets sets;
    private final Snapshots snapshots;
    private final MappingQueries mappings;

    /** Which zombies are wanted, as {@code GET zombies} says it. */
    public record Wanted(
            Optional<HostId> host, Optional<Boolean> exposes, Optional<PciAddress> device, Optional<String> principal) {

        /** Whether what happens there can change anything about them. */
        public boolean concerns(Candidate candidate) {
            return host.map(id -> id.value().equals(candidate.host())).orElse(true)
                    && (!candidate.numbers().isEmpty() || device.isPresent());
        }

        /** Whether what the rows will have of it may change anything about them. */
        public boolean restsOn(Parked parked) {
            boolean ofHost = host.isEmpty()
                    || parked.host().isEmpty()
                    || host.get().value().equals(parked.host().get());
            return ofHost && (parked.fact() || principal.isPresent());
        }

        private ZombieQueries.Wanted standing() {
            return new ZombieQueries.Wanted(false, exposes, device, principal, Optional.empty());
        }
    }

    /**
     * A position at which zombies may change.
     *
     * @param reach   whether other devices may reach what stands
     * @param epochs  of the mappings of which an interval as a zombie begins or ends there
     * @param numbers of those
     */
    public record Candidate(long position, String host, boolean reach, List<Long> epochs, List<Long> numbers) {}

    ZombieChanges(JdbcClient jdbc, Sets sets, Snapshots snapshots, MappingQueries mappings) {
        this.jdbc = jdbc;
        this.sets = sets;
        this.snapshots = snapshots;
        this.mappings = mappings;
    }

    /** In the order of the log, {@link #MOST_AT_ONCE} at most. The projection stands at the higher position, or later. */
    public List<Candidate> candidates(long after, long upTo) {
        return sets.read(() -> jdbc.sql(CANDIDATES)
                .param("after", after)
                .param("upTo", upTo)
                .param("most", MOST_AT_ONCE)
                .query((row, number) -> new Candidate(
                        row.getLong("position"),
                        row.getString("host"),
                        row.getBoolean("reach"),
                        numbers(row.getArray("epochs")),
                        numbers(row.getArray("numbers"))))
                .list());
    }

    /** What changes there, in the order of the mappings. */
    public List<ZombieChange> at(Candidate candidate, Wanted wanted) {
        HostId host = new HostId(candidate.host());
        SequencedMap<MappingId, MappingAnswer> before = snapshots.ofHost(
                at(candidate.position() - 1), host, standpoint -> standing(standpoint, candidate, wanted));
        return snapshots.ofHost(
                at(candidate.position()),
                host,
                standpoint -> changes(standpoint, before, standing(standpoint, candidate, wanted)));
    }

    private List<ZombieChange> changes(
            Standpoint standpoint,
            SequencedMap<MappingId, MappingAnswer> before,
            SequencedMap<MappingId, MappingAnswer> after) {
        long nanos = standpoint.hosts().stream().mapToLong(HostAt::nanos).max().orElse(0);
        Map<MappingId, ZombieChange> changes = new TreeMap<>(ZombieChanges::inOrder);
        after.forEach((id, now) -> {
            if (!before.containsKey(id)) {
                changes.put(id, ZombieChange.of(ZombieChange.BEGAN, nanos, now));
            } else if (now.sincePosition() == standpoint.known()) {
                changes.put(id, ZombieChange.of(ZombieChange.CHANGED, nanos, now));
            }
        });
        for (MappingId id : before.keySet()) {
            if (!after.containsKey(id)) {
                mappings.find(standpoint, id)
                        .ifPresent(now -> changes.put(id, ZombieChange.of(ZombieChange.ENDED, nanos, now)));
            }
        }
        return new ArrayList<>(changes.values());
    }

    private SequencedMap<MappingId, MappingAnswer> standing(Standpoint standpoint, Candidate candidate, Wanted wanted) {
        boolean all = candidate.reach() && wanted.device().isPresent();
        String scope = "t.zombie AND t.host = h.host"
                + (all ? "" : " AND (t.epoch, t.number) IN (SELECT * FROM unnest(:changedEpochs, :changedNumbers))");
        ZombieQueries.Wanted standing = wanted.standing();
        String sql = "SELECT i.*, h.at, h.epoch AS newest_epoch FROM " + Standing.HOSTS + " JOIN LATERAL "
                + Standing.in(standpoint, MappingSql.TABLE, scope, "h.at") + " i ON i.host = h.host WHERE true"
                + ZombieQueries.conditions(standing);
        Map<String, Object> parameters = new HashMap<>(standpoint.parameters());
        wanted.device().ifPresent(device -> parameters.put("device", device.toString()));
        wanted.principal().ifPresent(principal -> parameters.put("principal", principal));
        SequencedMap<MappingId, MappingAnswer> found = new LinkedHashMap<>();
        jdbc.sql(MappingSql.page(standpoint, sql).replace(Page.AFTER, "").replace(Page.ORDER, ""))
                .params(parameters)
                .param("changedEpochs", candidate.epochs().toArray(Long[]::new))
                .param("changedNumbers", candidate.numbers().toArray(Long[]::new))
                .query(MappingRow::mapping)
                .list()
                .forEach(mapping -> found.put(MappingId.parse(mapping.id()), mapping));
        return found;
    }

    private static int inOrder(MappingId one, MappingId other) {
        int epochs = Long.compare(one.epoch(), other.epoch());
        return epochs != 0 ? epochs : Long.compare(one.number(), other.number());
    }

    private static When at(long position) {
        return new When(Optional.of(Long.toString(position)), Optional.empty(), Optional.empty());
    }

    private static List<Long> numbers(@Nullable Array column) {
        try {
            return column == null ? List.of() : List.of((Long[]) column.getArray());
        } catch (SQLException e) {
            throw new IllegalStateException("an array of numbers is none", e);
        }
    }
}

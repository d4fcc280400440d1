package io.iommuledger.query.position;

import io.iommuledger.db.horizon.Horizon;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.query.form.Amount;
import io.iommuledger.query.position.Completeness.MissingFacts;
import io.iommuledger.web.Times;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;
import org.springframework.web.util.UriComponents;

/** What a {@link Standpoint} rests on. */
@Component
public class Bases {
    /** Nothing that could not be taken into the rows is in an answer that comes from them. */
    private static final long FROM_ROWS = -1;

    private final JdbcClient jdbc;
    private final Hearing hearing;
    private final BeforeHorizon horizon;

    /** @param ofAll facts that are missing, those of gaps of the same sort too that are not told */
    private record Gap(long ofAll, MissingFacts told) {}

    Bases(JdbcClient jdbc, Hearing hearing, BeforeHorizon horizon) {
        this.horizon = horizon;
        this.jdbc = jdbc;
        this.hearing = hearing;
    }

    /** Of the one host that the standpoint is about. */
    public Basis ofHost(Standpoint standpoint) {
        boolean tainted = standpoint.hosts().stream().anyMatch(HostAt::tainted);
        Set<HostId> host =
                standpoint.hosts().stream().map(one -> new HostId(one.host())).collect(Collectors.toSet());
        return of(standpoint, FROM_ROWS, host, Optional.of(tainted), Optional.empty());
    }

    public Basis of(Standpoint standpoint, Optional<HostId> host) {
        return host.isPresent() ? ofHost(standpoint) : ofHosts(standpoint, Set.of());
    }

    /**
     * Of several, for an answer that comes from the rows.
     *
     * @param hosts that were asked for; none for all, those too of which the rows have nothing yet
     */
    public Basis ofHosts(Standpoint standpoint, Set<HostId> hosts) {
        return ofHosts(standpoint, FROM_ROWS, hosts);
    }

    /** As {@link #ofHosts(Standpoint, Set)}, of all hosts or of one. */
    public Basis ofHosts(Standpoint standpoint, Optional<HostId> host) {
        return ofHosts(standpoint, host.map(Set::of).orElse(Set.of()));
    }

    private Basis ofHosts(Standpoint standpoint, long upTo, Set<HostId> asked) {
        List<String> tainted = standpoint.hosts().stream()
                .filter(HostAt::tainted)
                .map(HostAt::host)
                .toList();
        return of(standpoint, upTo, asked, Optional.empty(), Optional.of(tainted));
    }

    /**
     * Of several, for an answer that comes from the log and not from the rows.
     *
     * @param upTo  position up to which it has all that is stored, also what could not be taken into the rows
     * @param hosts as of {@link #ofHosts(Standpoint, Set)}
     */
    public Basis ofLog(Standpoint standpoint, long upTo, Set<HostId> hosts) {
        return ofHosts(standpoint, upTo, hosts);
    }

    /** As the rows stand now, for answers that do not come from them. */
    public List<String> taintedHosts(Optional<HostId> host) {
        return jdbc.sql(
                        "SELECT host FROM host_interval WHERE end_position IS NULL AND tainted AND (:any OR host = :host)"
                                + " ORDER BY host")
                .param("any", host.isEmpty())
                .param("host", host.map(HostId::value).orElse(""))
                .query(String.class)
                .list();
    }

    private Basis of(
            Standpoint standpoint,
            long upTo,
            Set<HostId> asked,
            Optional<Boolean> tainted,
            Optional<List<String>> taintedHosts) {
        List<HostAt> hosts = standpoint.hosts();
        return new Basis(
                standpoint.known(),
                boxed(standpoint.instant()).map(Times::rfc3339),
                standpoint.fold(),
                boxed(hosts.stream()
                                .mapToLong(host -> host.storedNanos() - host.nanos())
                                .max())
                        .map(Amount::signed),
                boxed(hosts.stream()
                                .mapToLong(host -> host.nanos() - host.wallNanos())
                                .max())
                        .map(Amount::signed),
                completeness(standpoint, upTo, asked, taintedHosts.isPresent()),
                pinned(standpoint),
                tainted,
                taintedHosts,
                Optional.empty());
    }

    /** Of an answer that tells also of what has ended. */
    public Basis sinceHorizon(Basis basis) {
        return new Basis(
                basis.position(),
                basis.instant(),
                basis.fold(),
                basis.lagNanos(),
                basis.skewNanos(),
                basis.completeness(),
                basis.pinned(),
                basis.tainted(),
                basis.taintedHosts(),
                horizon.horizon().map(Horizon::position));
    }

    /** As {@link #sinceHorizon(Basis)}, if it does. */
    public Basis sinceHorizon(Basis basis, boolean ended) {
        return ended ? sinceHorizon(basis) : basis;
    }

    private Completeness completeness(Standpoint standpoint, long upTo, Set<HostId> asked, boolean many) {
        List<Gap> lost = gaps(standpoint);
        List<Gap> parked = parked(standpoint, upTo, asked);
        List<Gap> gaps = Stream.concat(lost.stream(), parked.stream()).toList();
        long missing = Stream.of(lost, parked)
                .flatMap(kind -> kind.stream().limit(1))
                .mapToLong(Gap::ofAll)
                .sum();
        List<HostAt> open = standpoint.hosts().stream()
                .filter(host -> hearing.open(host, standpoint.nanos()))
                .toList();
        return new Completeness(
                !gaps.isEmpty() ? "gap" : !open.isEmpty() ? "open" : "complete",
                gaps.isEmpty() ? Optional.empty() : Optional.of(missing),
                gaps.isEmpty()
                        ? Optional.empty()
                        : Optional.of(gaps.stream().map(Gap::told).toList()),
                boxed(open.stream().mapToLong(hearing::until).min()).map(Times::rfc3339),
                many && !open.isEmpty() ? Optional.of((long) open.size()) : Optional.empty());
    }

    /** An epoch matters while it is the newest or a context of it stands. */
    private List<Gap> gaps(Standpoint standpoint) {
        String context = Standing.in(standpoint, "context_interval", "t.host = h.host AND t.epoch = g.epoch", "h.at");
        return jdbc.sql("""
                        SELECT g.host, g.cause, sum(g.facts)::bigint AS facts, max(g.position) AS position,
                            (sum(sum(g.facts)) OVER ())::bigint AS of_all,
                            (array_agg(g.why ORDER BY g.position DESC, g.ordinal DESC))[1] AS why
                        FROM %s JOIN fact_gap g ON g.host = h.host AND g.position <= h.at
                        WHERE g.epoch = h.epoch OR EXISTS %s
                        GROUP BY g.host, g.cause ORDER BY g.host, g.cause LIMIT :most
                        """.formatted(Standing.HOSTS, context))
                .params(standpoint.parameters())
                .param("most", Completeness.MOST_GAPS)
                .query((row, number) -> gap(row))
                .list();
    }

    /** That are stored and could not be taken. Facts are of no earlier time than the last one before them: an instant below that does without them. */
    private List<Gap> parked(Standpoint standpoint, long upTo, Set<HostId> asked) {
        return jdbc.sql("""
                        SELECT p.host, 'PARKED' AS cause, count(*) AS facts, max(p.position) AS position,
                            sum(count(*)) OVER ()::bigint AS of_all, min(l.reason) AS why
                        FROM parked_event l JOIN parked_event p ON p.sequence = l.sequence AND p.position <= :known
                        WHERE l.reason IS NOT NULL AND l.position <= :known AND (l.nanos IS NULL OR l.nanos <= :nanos)
                            AND p.position > :upTo AND (:any OR l.host = ANY(:hosts))
                        GROUP BY p.host ORDER BY p.host LIMIT :most
                        """)
                .param("known", standpoint.known())
                .param("upTo", upTo)
                .param("nanos", standpoint.nanos().orElse(Long.MAX_VALUE))
                .param("any", asked.isEmpty())
                .param("hosts", asked.stream().map(HostId::value).toArray(String[]::new))
                .param("most", Completeness.MOST_GAPS)
                .query((row, number) -> gap(row))
                .list();
    }

    private static Gap gap(ResultSet row) throws SQLException {
        return new Gap(
                row.getLong("of_all"),
                new MissingFacts(
                        row.getString("host"),
                        row.getLong("facts"),
                        row.getString("cause"),
                        row.getString("why"),
                        row.getLong("position")));
    }

    /** The request, with its place in history. */
    private static String pinned(Standpoint standpoint) {
        ServletUriComponentsBuilder link = ServletUriComponentsBuilder.fromCurrentRequest();
        link.replaceQueryParam("wait");
        link.replaceQueryParam("at", standpoint.at());
        link.replaceQueryParam("known", standpoint.knownText().stream().toArray());
        UriComponents parts = link.build();
        return parts.getPath() + "?" + parts.getQuery();
    }

    private static Optional<Long> boxed(OptionalLong value) {
        return value.isPresent() ? Optional.of(value.getAsLong()) : Optional.empty();
    }
}

package io.iommuledger.query.replay;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.Scope;
import io.iommuledger.query.context.ContextQueries;
import io.iommuledger.query.device.DeviceQueries;
import io.iommuledger.query.form.Parameters;
import io.iommuledger.query.position.Bases;
import io.iommuledger.query.position.Basis;
import io.iommuledger.query.position.BeforeHorizon;
import io.iommuledger.query.position.HostAt;
import io.iommuledger.query.position.Snapshots;
import io.iommuledger.query.position.Standpoint;
import io.iommuledger.query.position.When;
import io.iommuledger.query.projection.Sets;
import io.iommuledger.web.Problem;
import io.iommuledger.web.Times;
import io.iommuledger.web.access.HeadBefore;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Finds the positions that a request means, which may name instants. */
@Component
public class Places {
    private static final String NEXT = """
        SELECT coalesce(min(f.position), :known + 1) FROM unnest(:hosts::text[], :ats::bigint[]) AS h (host, at)
        CROSS JOIN LATERAL (
            SELECT t.position FROM fact_time t WHERE t.host = h.host AND t.position > h.at
            ORDER BY t.position LIMIT 1) f
        """;

    /** Records that no host told; see V098. */
    private static final String OF_NO_HOST =
            "SELECT position FROM event_log WHERE (stream < 'host/' OR stream >= 'host0') AND position <= :known ";

    private static final String LAST_OF_NO_HOST =
            OF_NO_HOST + "AND stored_at <= :nanos ORDER BY stored_at DESC, position DESC LIMIT 1";
    private static final String FIRST_OF_NO_HOST =
            OF_NO_HOST + "AND stored_at > :nanos ORDER BY stored_at, position LIMIT 1";

    private final Snapshots snapshots;
    private final Bases bases;
    private final Sets sets;
    private final ContextQueries contexts;
    private final DeviceQueries devices;
    private final BeforeHorizon horizon;
    private final JdbcClient jdbc;

    Places(
            Snapshots snapshots,
            Bases bases,
            Sets sets,
            ContextQueries contexts,
            DeviceQueries devices,
            BeforeHorizon horizon,
            JdbcClient jdbc) {
        this.horizon = horizon;
        this.snapshots = snapshots;
        this.bases = bases;
        this.sets = sets;
        this.contexts = contexts;
        this.devices = devices;
        this.jdbc = jdbc;
    }

    /**
     * A part of the log.
     *
     * @param from position: what was by then stands at its beginning
     * @param to   position of the last record that is in it
     * @param end  the instant that was asked for as its end; empty if a position was
     * @param known position up to which facts counted when an instant became a position
     * @param taintedHosts hosts in scope that are tainted at its end
     */
    public record Part(long from, long to, OptionalLong end, long known, List<String> taintedHosts) {

        /** Its end: the same place for ever. */
        public When when() {
            return end.isPresent()
                    ? new When(
                            Optional.of(Times.rfc3339(end.getAsLong())),
                            Optional.of(Long.toString(known)),
                            Optional.empty())
                    : new When(Optional.of(Long.toString(to)), Optional.empty(), Optional.empty());
        }
    }

    /**
     * @param from a position or an instant; the beginning of the log, or the horizon, if it is absent
     * @param to   a position or an instant; the newest position if it is absent
     */
    public Part part(Optional<String> from, Optional<String> to, Scope scope) {
        return part(from, to, Optional.empty(), scope);
    }

    /**
     * As {@link #part(Optional, Optional, Scope)}.
     *
     * @param known position up to which facts may tell of an instant; all that there are if it is absent
     */
    public Part part(Optional<String> from, Optional<String> to, Optional<String> known, Scope scope) {
        return inOrder(from, facts(from, to, known, scope).part());
    }

    /**
     * Facts of a part of the log.
     *
     * @param part may begin behind its end, which is that of the facts
     * @param end  how hosts in scope stand there
     */
    private record Facts(Part part, Standpoint end) {}

    private Facts facts(Optional<String> from, Optional<String> to, Optional<String> known, Scope scope) {
        return snapshots.ofHosts("to", to, known, end -> {
            for (HostId host : scope.hosts()) {
                if (end.of(host).isEmpty()) {
                    throw Problem.notFound("host", host.value(), end.inWords() + "; GET /api/v1/hosts lists the known");
                }
            }
            Standpoint scoped = end.only(scope::includes);
            scope.context()
                    .ifPresent(context -> contexts.require(scoped, scope.hosts().first(), context));
            scope.device().ifPresent(device -> devices.require(scoped, device));
            List<HostAt> hosts = scoped.hosts();
            long told = end.nanos().isEmpty()
                    ? end.known()
                    : hosts.stream().mapToLong(HostAt::at).max().orElse(0);
            // What no host has told of since the horizon stands as it stood there.
            long begin = horizon.first();
            long last = Math.max(told, begin);
            long first = from.map(text -> first(text, end, hosts)).orElse(begin);
            Part part = new Part(
                    first,
                    last,
                    end.nanos(),
                    end.known(),
                    hosts.stream().filter(HostAt::tainted).map(HostAt::host).toList());
            return new Facts(part, scoped);
        });
    }

    /**
     * As {@link #part(Optional, Optional, Optional, Scope)}, of whatever is recorded and not of facts alone: what no host told is of
     * the instant at which it was stored. Of two periods, one of which ends where the other begins, no record is in neither.
     */
    public Part period(Optional<String> from, Optional<String> to, Optional<String> known, Scope scope) {
        return ended(from, to, known, scope).part();
    }

    /**
     * A part of the log.
     *
     * @param end how hosts in scope stand where it ends, as {@link Part#when()} names it: the same for ever
     */
    public record Ended(Part part, Standpoint end) {}

    /** As {@link #period}. */
    public Ended ended(Optional<String> from, Optional<String> to, Optional<String> known, Scope scope) {
        Facts found = facts(from, to, known, scope);
        Part facts = found.part();
        long last = facts.end().isPresent()
                ? Math.max(
                        facts.to(),
                        ofNoHost(LAST_OF_NO_HOST, facts.end().getAsLong(), facts)
                                .orElse(0L))
                : facts.to();
        long first = from.filter(text -> !isPosition(text))
                .flatMap(text -> ofNoHost(FIRST_OF_NO_HOST, Times.nanos(text).orElseThrow(), facts))
                .map(position -> Math.max(horizon.first(), Math.min(facts.from(), position - 1)))
                .orElse(facts.from());
        Part part = inOrder(from, new Part(first, last, facts.end(), facts.known(), facts.taintedHosts()));
        // Of a place that the request does not pin, what was heard at this moment is told, which the next one would
        // tell otherwise.
        boolean pinned = to.isPresent() && (known.isPresent() || (isPosition(to.get()) && part.to() == part.known()));
        return new Ended(part, pinned ? found.end() : end(part, scope));
    }

    /** An instant before the first record that is after it may come behind the end; a position has to be one that is there. */
    private static Part inOrder(Optional<String> from, Part part) {
        if (part.from() <= part.to()) {
            return part;
        }
        if (from.filter(Places::isPosition).isPresent()) {
            throw Problem.badField("from", from.get(), "a position up to " + part.to() + ", where to is");
        }
        return new Part(part.to(), part.to(), part.end(), part.known(), part.taintedHosts());
    }

    private Optional<Long> ofNoHost(String select, long nanos, Part facts) {
        return jdbc.sql(select)
                .param("known", facts.known())
                .param("nanos", nanos)
                .query(Long.class)
                .optional();
    }

    /** Position of the newest fact of hosts in scope at or before an instant; where everything begins if there is none. */
    long newest(String instant, Scope scope) {
        return snapshots.ofHosts(
                "to",
                Optional.of(instant),
                end -> Math.max(
                        horizon.first(),
                        end.only(scope::includes).hosts().stream()
                                .mapToLong(HostAt::at)
                                .max()
                                .orElse(0)));
    }

    /**
     * As {@link #part}, of records alone: those of before the horizon are there too, as far as they are, and at the end those that
     * tell of nothing but who read. Which hosts were tainted there is not known: they are those that are now.
     */
    public Part ofLog(Optional<String> from, Optional<String> to, Optional<String> known, Scope scope) {
        return ofLogUpTo(from, to.or(() -> known.isPresent() ? to : Optional.of(end())), known, scope);
    }

    private String end() {
        return sets.read(rows -> Long.toString(HeadBefore.within(rows.position(), rows.told())));
    }

    private Part ofLogUpTo(Optional<String> from, Optional<String> to, Optional<String> known, Scope scope) {
        Optional<Long> asked = from.filter(Places::isPosition).map(text -> Parameters.natural("from", text));
        Optional<Long> end = to.filter(Places::isPosition)
                .map(text -> Parameters.natural("to", text))
                .filter(this::isBeforeHorizon);
        if (end.isPresent() && known.isEmpty() && (from.isEmpty() || asked.isPresent())) {
            long first = asked.orElse(0L);
            if (first > end.get()) {
                throw Problem.badField("from", from.orElse(""), "a position up to " + end.get() + ", where to is");
            }
            return new Part(first, end.get(), OptionalLong.empty(), end.get(), taintedHosts(scope));
        }
        boolean before = from.isEmpty() || asked.filter(this::isBeforeHorizon).isPresent();
        Part part = period(before ? Optional.empty() : from, to, known, scope);
        return before
                ? new Part(
                        Math.min(asked.orElse(0L), part.to()), part.to(), part.end(), part.known(), part.taintedHosts())
                : part;
    }

    /** @throws Problem 410 if a horizon has come into force meanwhile that is behind where it begins */
    public void requireKnown(Part part) {
        horizon.refuse(part.from());
    }

    /** Whether nobody knows any more how everything stood at a position. */
    public boolean isBeforeHorizon(long position) {
        return position < horizon.first();
    }

    /** What the facts in it rest on that are in the rows, as of its end: always the same for the same part. */
    public Basis basis(Part part, Scope scope) {
        return snapshots.ofHosts(
                part.when(), Optional.empty(), all -> bases.ofHosts(all.only(scope::includes), scope.hosts()));
    }

    private Standpoint end(Part part, Scope scope) {
        return snapshots.ofHosts(part.when(), Optional.empty(), all -> all.only(scope::includes));
    }

    /** As {@link #basis(Part, Scope)}. */
    public Basis basis(Ended part, Scope scope) {
        return snapshots.again(part.end(), there -> bases.ofHosts(there, scope.hosts()));
    }

    /** The same of who folds it from the log, in which nothing is parked. */
    public Basis basisOfLog(Part part, Scope scope) {
        return snapshots.ofHosts(
                part.when(), Optional.empty(), all -> bases.ofLog(all.only(scope::includes), part.to(), scope.hosts()));
    }

    /** Hosts in scope that are tainted now. */
    public List<String> taintedHosts(Scope scope) {
        return sets.read(() -> bases.taintedHosts(Optional.empty()).stream()
                .filter(host -> scope.includes(new HostId(host)))
                .toList());
    }

    static boolean isPosition(String text) {
        return text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** What was at an instant ends before the first record that is after it, of whatever host. */
    private long first(String text, Standpoint end, List<HostAt> hosts) {
        if (isPosition(text)) {
            long position = Parameters.natural("from", text);
            horizon.refuse(position);
            return position;
        }
        Standpoint begin = snapshots.earlier("from", text, end);
        Long[] ats = hosts.stream()
                .map(host -> begin.of(new HostId(host.host())).map(HostAt::at).orElse(-1L))
                .toArray(Long[]::new);
        return jdbc.sql(NEXT)
                        .param("hosts", hosts.stream().map(HostAt::host).toArray(String[]::new))
                        .param("ats", ats)
                        .param("known", end.known())
                        .query(Long.class)
                        .single()
                - 1;
    }
}

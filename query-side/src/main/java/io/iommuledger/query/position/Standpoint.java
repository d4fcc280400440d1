package io.iommuledger.query.position;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.web.Times;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * The place in history that an answer is about: all facts up to a position, and of those only what was at or before an
 * instant, if one is given. For one host that is all its facts up to one of its own, by which everything is found.
 *
 * @param known  the position
 * @param nanos  the instant, effective time of each host, since 1970
 * @param fold   version of the rules by which the rows were made
 * @param newest whether it is the position at which the rows stand, and no instant: what has no end is what stands
 * @param hosts  those that had a fact by then, of those that were asked for, in order of their ids
 */
public record Standpoint(long known, OptionalLong nanos, int fold, boolean newest, List<HostAt> hosts) {

    public Optional<HostAt> of(HostId host) {
        return hosts.stream().filter(one -> one.host().equals(host.value())).findFirst();
    }

    /** The same place, of some of the hosts. */
    public Standpoint only(Predicate<HostId> wanted) {
        return new Standpoint(
                known,
                nanos,
                fold,
                newest,
                hosts.stream()
                        .filter(one -> wanted.test(new HostId(one.host())))
                        .toList());
    }

    /** The same place, of rows that stand at a position by now, made by a version of the fold. */
    Standpoint seenFrom(long rows, int byFold) {
        return new Standpoint(known, nanos, byFold, nanos.isEmpty() && known >= rows, hosts);
    }

    /** Whether it is behind another one in the history of the only host that both are about. */
    boolean isAfter(Standpoint other) {
        if (nanos.isPresent() && other.nanos.isPresent()) {
            return nanos.getAsLong() > other.nanos.getAsLong();
        }
        return newestFact() > other.newestFact();
    }

    private long newestFact() {
        return hosts.stream().mapToLong(HostAt::at).max().orElse(-1);
    }

    /** The instant that was asked for, or else that of the newest fact. */
    public OptionalLong instant() {
        return nanos.isPresent()
                ? nanos
                : hosts.stream().mapToLong(HostAt::nanos).max();
    }

    /** The two parameters by which the same is asked for again, for ever. */
    public String at() {
        return nanos.isPresent() ? Times.rfc3339(nanos.getAsLong()) : Long.toString(known);
    }

    /** Where it is, for who finds something missing there. */
    public String inWords() {
        return nanos.isPresent() ? "at " + at() + ", as known at position " + known : "as of position " + known;
    }

    public Optional<String> knownText() {
        return nanos.isPresent() ? Optional.of(Long.toString(known)) : Optional.empty();
    }

    /** SQL for the position at which rows of several hosts are looked for: at an instant each has its own. */
    public String position() {
        return each() ? "h.at" : ":known";
    }

    /** The condition on rows {@code t} that goes with it, for an index that leads with the host. */
    public String host() {
        return each() ? "t.host = h.host" : "true";
    }

    /** Whether rows are looked for host by host. */
    private boolean each() {
        return nanos.isPresent() || hosts.size() == 1;
    }

    /** Parameters for {@link Standing#HOSTS} and {@link #position}. */
    public Map<String, Object> parameters() {
        return Map.of(
                "known", known,
                "hosts", hosts.stream().map(HostAt::host).toArray(String[]::new),
                "ats", column(HostAt::at),
                "epochs", column(HostAt::epoch),
                "nows", column(host -> nanos.orElse(host.heardNanos())));
    }

    private Long[] column(ToLongFunction<HostAt> value) {
        return hosts.stream().map(host -> value.applyAsLong(host)).toArray(Long[]::new);
    }
}

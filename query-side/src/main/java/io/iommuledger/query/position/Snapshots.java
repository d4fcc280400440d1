package io.iommuledger.query.position;

import io.iommuledger.db.EventLog;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.query.form.Parameters;
import io.iommuledger.query.projection.Sets;
import io.iommuledger.query.projection.StateToken;
import io.iommuledger.web.Problem;
import io.iommuledger.web.access.HeadBefore;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Reads rows and the position they stand at from one and the same state of the database. */
@Component
public class Snapshots {
    private static final long POLL_MILLIS = 20;

    /** Reads rows that stand at a position and were made by a version of the fold. */
    private interface FromRows<T> {
        T at(long position, int fold);
    }

    private final StateToken token;
    private final Sets sets;
    private final EventLog log;
    private final Standpoints standpoints;
    private final Duration patience;

    Snapshots(
            StateToken token,
            Sets sets,
            EventLog log,
            Standpoints standpoints,
            @Value("${ledger.query.patience:PT10S}") Duration patience) {
        this.token = token;
        this.sets = sets;
        this.log = log;
        this.standpoints = standpoints;
        this.patience = patience;
    }

    /**
     * Reads how one host stood.
     *
     * @throws Problem if it had no fact by then, if the request asks for what is not there yet, or if the rows do not reach
     *     what it waits for in time
     */
    public <T> T ofHost(When when, HostId host, Function<Standpoint, T> read) {
        return of(when, Optional.of(host), standpoint -> {
            if (standpoint.hosts().isEmpty()) {
                throw Problem.notFound(
                                "host", host.value(), standpoint.inWords() + "; GET /api/v1/hosts lists the known")
                        .with("position", standpoint.known());
            }
            return read.apply(standpoint);
        });
    }

    /**
     * An earlier place in a host's history, as it is known at one that is being read.
     *
     * @param field the parameter that names it
     * @param text  a position or an instant
     * @param later the place that is being read
     * @throws Problem if it is not earlier
     */
    public Standpoint earlier(String field, String text, Standpoint later, HostId host) {
        return earlier(field, text, later, Optional.of(host));
    }

    /** As {@link #earlier(String, String, Standpoint, HostId)}, of all hosts. */
    public Standpoint earlier(String field, String text, Standpoint later) {
        return earlier(field, text, later, Optional.empty());
    }

    private Standpoint earlier(String field, String text, Standpoint later, Optional<HostId> host) {
        Wanted wanted = Wanted.parse(field, text, OptionalLong.of(later.known()));
        if (wanted.known().orElse(0) > later.known()) {
            throw Problem.badField(field, text, "a position up to " + later.known() + ", up to which facts count");
        }
        Standpoint earlier = standpoints.at(wanted, Math.max(0, token.told()), later.fold(), host);
        if (earlier.isAfter(later)) {
            throw Problem.badField(field, text, "a place that is not after the other one, " + later.at());
        }
        return earlier;
    }

    /**
     * Reads how all hosts stood at a place that the request names by a field of its own.
     *
     * @param text a position or an instant; absent for what stands now
     */
    public <T> T ofHosts(String field, Optional<String> text, Function<Standpoint, T> read) {
        return ofHosts(field, text, Optional.empty(), read);
    }

    /**
     * As {@link #ofHosts(String, Optional, Function)}.
     *
     * @param known position up to which facts may tell of an instant, a field of its own
     */
    public <T> T ofHosts(String field, Optional<String> text, Optional<String> known, Function<Standpoint, T> read) {
        OptionalLong upTo = known.map(given -> OptionalLong.of(Parameters.natural("known", given)))
                .orElse(OptionalLong.empty());
        Wanted wanted = text.map(given -> Wanted.parse(field, given, upTo))
                .orElse(new Wanted(OptionalLong.empty(), OptionalLong.empty()));
        if (known.isPresent() && wanted.nanos().isEmpty()) {
            throw Problem.badField("known", known.get(), "an instant beside it, in " + field);
        }
        wanted.reach().ifPresent(reach -> exists(known.isPresent() ? "known" : field, reach.position()));
        return of(wanted, -1, Optional.empty(), read);
    }

    /** Reads how all hosts stood, or one of them if it is named. */
    public <T> T ofHosts(When when, Optional<HostId> host, Function<Standpoint, T> read) {
        return host.isPresent() ? ofHost(when, host.get(), read) : of(when, host, read);
    }

    /**
     * Reads once more at a place that was read before: which hosts there are, and how far, is not looked for again. A horizon may have
     * come into force behind it meanwhile, which who asks more than once has to ask for in the end.
     */
    public <T> T again(Standpoint place, Function<Standpoint, T> read) {
        return from(place.known(), (newest, fold) -> read.apply(place.seenFrom(newest, fold)));
    }

    private <T> T of(When when, Optional<HostId> host, Function<Standpoint, T> read) {
        Wanted wanted = Wanted.parse(when);
        long waited =
                when.reached().map(text -> Parameters.natural("wait", text)).orElse(-1L);
        wanted.reach().ifPresent(reach -> exists(reach.field(), reach.position()));
        return of(wanted, waited, host, read);
    }

    private <T> T of(Wanted wanted, long waited, Optional<HostId> host, Function<Standpoint, T> read) {
        long reach = wanted.reach().map(Wanted.Reach::position).orElse(-1L);
        return from(Math.max(waited, reach), (newest, fold) -> read.apply(standpoints.at(wanted, newest, fold, host)));
    }

    private void exists(String field, long position) {
        long head = isToCome(position) ? told() : newestEvent();
        if (position > head) {
            throw Problem.badField(field, Long.toString(position), "a position up to " + head + ", which is the newest")
                    .with("position", head);
        }
    }

    /** When the rows reach a position. They may be made anew, and lack it again, between two looks at them. */
    private <T> T from(long position, FromRows<T> read) {
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            Optional<T> answer = sets.read(rows -> {
                // Who waits for a position is told of no earlier one, though nothing but reads is between the two.
                long told = Math.max(Math.max(0, rows.told()), position);
                return Math.max(0, isToCome(position) ? rows.told() : rows.position()) < position
                        ? Optional.empty()
                        : Optional.of(read.at(told, rows.stand().fold()));
            });
            if (answer.isPresent()) {
                return answer.get();
            }
            await("the projection stands", position, isToCome(position) ? this::told : this::rows, end);
        }
    }

    /** Reads the log itself, which no projection needs to have reached. */
    public <T> T ofLog(Optional<String> wait, LongFunction<T> read) {
        wait.map(text -> Parameters.natural("wait", text))
                .ifPresent(wanted -> await(
                        "the log ends",
                        wanted,
                        isToCome(wanted) ? this::told : this::newestEvent,
                        System.nanoTime() + patience.toNanos()));
        return sets.read(() -> read.apply(newestEvent()));
    }

    /**
     * Whether a position was not there yet when the request came. It is not to be there because somebody asks for it, so what
     * is recorded of who reads does not count.
     */
    private static boolean isToCome(long position) {
        return HeadBefore.ofRequest().filter(head -> position > head).isPresent();
    }

    private long told() {
        return Math.max(0, token.told());
    }

    /** Where the rows stand; 0 before the first event, so that it can be asked for. */
    private long rows() {
        return Math.max(0, token.position());
    }

    private long newestEvent() {
        return Math.max(0, log.head());
    }

    private void await(String what, long wanted, LongSupplier position, long end) {
        long reached = position.getAsLong();
        while (reached < wanted) {
            if (System.nanoTime() - end > 0) {
                throw behind(what, wanted, reached);
            }
            pause();
            reached = position.getAsLong();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.unavailable("projection-behind", "the server is ending");
        }
    }

    private Problem behind(String what, long wanted, long reached) {
        return Problem.unavailable(
                        "projection-behind",
                        "%s at position %d after %d ms; asked to wait for %d. Ask again, or without wait"
                                .formatted(what, reached, patience.toMillis(), wanted))
                .with("position", reached)
                .with("wait", wanted);
    }
}

package io.iommuledger.query.report;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.query.paging.Listing;
import io.iommuledger.query.paging.Page;
import io.iommuledger.query.position.HostAt;
import io.iommuledger.query.position.Snapshots;
import io.iommuledger.query.position.Standpoint;
import io.iommuledger.query.position.When;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/** Reads lists of any length, a page at a time. All pages are about one place, so they fit together. */
@Component
public class Reading {
    private static final Optional<String> AT_ONCE = Optional.of("1000");

    private final Snapshots snapshots;

    /** Takes elements one by one. */
    public interface Taker<T> {
        void take(T element) throws IOException;
    }

    /** Takes elements until it has enough of them. */
    public interface Picker<T> {
        /** @return whether it wants the next one */
        boolean take(T element) throws IOException;
    }

    Reading(Snapshots snapshots) {
        this.snapshots = snapshots;
    }

    /** Reads more than once. */
    public interface Work {
        void run() throws IOException;
    }

    /** All that is read meanwhile, by the same thread, is of one state of the database, which has the period's end. */
    void fromOneState(Period period, Work work) throws IOException {
        try {
            snapshots.again(period.place(), there -> {
                try {
                    work.run();
                } catch (IOException failed) {
                    throw new UncheckedIOException(failed);
                }
                return true;
            });
        } catch (UncheckedIOException failed) {
            throw failed.getCause();
        }
    }

    /** Where the period ends. */
    public <T> T at(Period period, Function<Standpoint, T> read) {
        return snapshots.again(period.place(), read);
    }

    /** The same of one host, which had a fact by then: what the others did is not looked at. */
    public <T> T at(Period period, HostId host, Function<Standpoint, T> read) {
        return snapshots.again(period.place().only(host::equals), read);
    }

    /** Hosts that had a fact by then, in the order of their ids. */
    public List<HostId> hosts(Period period) {
        return period.place().hosts().stream()
                .map(HostAt::host)
                .map(HostId::new)
                .toList();
    }

    public <T> void each(Period period, BiFunction<Standpoint, Page, Listing<T>> list, Taker<T> taker)
            throws IOException {
        some(period, list, element -> {
            taker.take(element);
            return true;
        });
    }

    /** Takes elements of hosts. */
    public interface OfHostTaker<T> {
        void take(HostId host, T element) throws IOException;
    }

    /** As {@link #each}, host by host, of lists that are each about one. */
    public <T> void ofEachHost(Period period, BiFunction<Standpoint, Page, Listing<T>> list, OfHostTaker<T> taker)
            throws IOException {
        for (HostId host : hosts(period)) {
            each(period.end(), (page, read) -> at(period, host, read), list, element -> {
                taker.take(host, element);
                return true;
            });
        }
    }

    /** As {@link #each}, until enough are taken. */
    public <T> void some(Period period, BiFunction<Standpoint, Page, Listing<T>> list, Picker<T> picker)
            throws IOException {
        each(period.end(), (page, read) -> at(period, read), list, picker);
    }

    /** As {@link #each}, where the period begins. */
    public <T> void before(Period period, BiFunction<Standpoint, Page, Listing<T>> list, Taker<T> taker)
            throws IOException {
        When begin = new When(Optional.of(Long.toString(period.from())), Optional.empty(), Optional.empty());
        Place<T> there = (page, read) ->
                snapshots.ofHosts(page.when(), Optional.empty(), all -> read.apply(all.only(period.scope()::includes)));
        each(begin, there, list, element -> {
            taker.take(element);
            return true;
        });
    }

    private interface Place<T> {
        Listing<T> read(Page page, Function<Standpoint, Listing<T>> list);
    }

    private static <T> void each(
            When when, Place<T> place, BiFunction<Standpoint, Page, Listing<T>> list, Picker<T> picker)
            throws IOException {
        Optional<String> cursor = Optional.empty();
        do {
            Page page = Page.parse(when, AT_ONCE, cursor);
            Listing<T> found = place.read(page, standpoint -> list.apply(standpoint, page));
            for (T element : found.elements()) {
                if (!picker.take(element)) {
                    return;
                }
            }
            cursor = found.next();
        } while (cursor.isPresent());
    }
}

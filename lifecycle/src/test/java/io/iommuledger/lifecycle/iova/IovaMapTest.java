package io.iommuledger.lifecycle.iova;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;

/** The map finds what a plain list finds. */
class IovaMapTest {
    /** Two entries with the same range are two. */
    private static final class Entry {
        private final IovaRange range;

        private Entry(IovaRange range) {
            this.range = range;
        }
    }

    private enum Kind {
        ADD,
        ADD_ABOVE_ALL,
        REMOVE_LOWEST,
        REMOVE,
        REPLACE
    }

    record Deed(Kind kind, long place, int pick) {}

    /** Pages of both ends of the address space, a quarter of which are met twice. */
    @Provide
    Arbitrary<List<Deed>> deeds() {
        return Combinators.combine(
                        Arbitraries.frequency(
                                Tuple.of(5, Kind.ADD),
                                Tuple.of(3, Kind.ADD_ABOVE_ALL),
                                Tuple.of(2, Kind.REMOVE_LOWEST),
                                Tuple.of(2, Kind.REMOVE),
                                Tuple.of(1, Kind.REPLACE)),
                        Arbitraries.integers().between(-1_000, 1_000).map(page -> page * 0x1000L),
                        Arbitraries.integers().between(0, Integer.MAX_VALUE))
                .as(Deed::new)
                .list()
                .ofMinSize(300)
                .ofMaxSize(2_500);
    }

    private final IovaMap<Entry> map = new IovaMap<>();
    private final List<Entry> model = new ArrayList<>();

    @Property(tries = 100)
    void itFindsWhatAListFinds(@ForAll("deeds") List<Deed> deeds) {
        for (Deed deed : deeds) {
            carryOut(deed);
            IovaRange page = page(deed.place());
            assertThat(map.touching(page)).isEqualTo(touching(page));
            IovaRange wide = new IovaRange(deed.place(), deed.place() | 0xffffL);
            assertThat(map.touching(wide)).isEqualTo(touching(wide));
            assertThat(map.size()).isEqualTo(model.size());
            assertThat(map.isEmpty()).isEqualTo(model.isEmpty());
        }
        assertThat(map.values()).isEqualTo(model);
        assertThat(map.touching(IovaRange.ALL)).isEqualTo(model);
        while (!model.isEmpty()) {
            Entry gone = model.removeLast();
            map.remove(gone.range, gone);
        }
        assertThat(map.values()).isEmpty();
    }

    private void carryOut(Deed deed) {
        switch (deed.kind()) {
            case ADD -> add(page(deed.place()));
            case ADD_ABOVE_ALL -> {
                long last =
                        model.isEmpty() ? deed.place() : model.getLast().range.last();
                add(page(last == -1 ? last & -0x1000L : last + 1));
            }
            case REMOVE_LOWEST -> {
                if (!model.isEmpty()) {
                    Entry gone = model.removeFirst();
                    map.remove(gone.range, gone);
                }
            }
            case REMOVE -> {
                if (!model.isEmpty()) {
                    Entry gone = model.remove(deed.pick() % model.size());
                    map.remove(gone.range, gone);
                }
            }
            case REPLACE -> {
                if (!model.isEmpty()) {
                    int at = deed.pick() % model.size();
                    Entry before = model.get(at);
                    Entry now = new Entry(before.range);
                    model.set(at, now);
                    map.replace(before.range, before, now);
                }
            }
        }
    }

    private void add(IovaRange range) {
        Entry entry = new Entry(range);
        map.add(range, entry);
        model.add(entry);
        model.sort(Comparator.comparing(one -> one.range));
    }

    private List<Entry> touching(IovaRange range) {
        return model.stream().filter(entry -> entry.range.overlaps(range)).toList();
    }

    private static IovaRange page(long start) {
        return new IovaRange(start, start | 0xfffL);
    }

    @Test
    void aLongRangeBelowIsFound() {
        Entry whole = new Entry(new IovaRange(0x1000, -1));
        map.add(whole.range, whole);
        assertThat(map.touching(page(-0x1000))).containsExactly(whole);
        assertThat(map.touching(page(0))).isEmpty();
    }

    @Test
    void whatIsNotThereCannotBeTakenOut() {
        Entry one = new Entry(page(0x1000));
        map.add(one.range, one);
        assertThatThrownBy(() -> map.remove(one.range, new Entry(one.range)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("[0x0000000000001000, 0x0000000000001fff]");
    }
}

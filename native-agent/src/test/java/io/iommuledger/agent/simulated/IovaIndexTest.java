package io.iommuledger.agent.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The index is a sorted map of unsigned addresses. */
class IovaIndexTest {
    record Deed(int kind, long address) {}

    @Provide
    Arbitrary<List<Deed>> deeds() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 5),
                        Arbitraries.integers().between(0, 2_000).map(place -> place < 1_000 ? place : place - 2_000L))
                .as((kind, place) -> new Deed(kind, place))
                .list()
                .ofMinSize(200)
                .ofMaxSize(3_000);
    }

    private static Optional<Type1Mapping> found(Map.Entry<Long, Type1Mapping> entry) {
        return Optional.ofNullable(entry).map(Map.Entry::getValue);
    }

    @Property(tries = 200)
    void itFindsWhatASortedMapFinds(@ForAll("deeds") List<Deed> deeds) {
        IovaIndex index = new IovaIndex();
        LockedMemory account = new LockedMemory();
        TreeMap<Long, Type1Mapping> model = new TreeMap<>(Long::compareUnsigned);
        for (Deed deed : deeds) {
            long address = deed.address();
            if (deed.kind() < 4) {
                if (!model.containsKey(address)) {
                    Type1Mapping mapping = new Type1Mapping(address, address, 3, 0, List.of());
                    account.charge(1);
                    index.add(mapping, account, 1);
                    model.put(address, mapping);
                }
            } else if (deed.kind() == 4) {
                Optional.ofNullable(model.remove(address)).ifPresent(index::remove);
            } else {
                long last = address + 10;
                if (Long.compareUnsigned(last, address) > 0) {
                    index.removeWithin(address, last);
                    model.subMap(address, true, last, true).clear();
                }
            }
            assertThat(index.floor(address)).isEqualTo(found(model.floorEntry(address)));
            assertThat(index.size()).isEqualTo(model.size());
            assertThat(account.locked()).isEqualTo(model.size());
        }
        assertThat(index.values()).isEqualTo(List.copyOf(model.values()));
    }
}

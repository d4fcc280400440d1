package io.iommuledger.lifecycle.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The map holds what a HashMap holds. */
class LongMapTest {
    record Deed(boolean put, long key) {}

    /** Consecutive numbers, as an agent gives them, and any others. */
    @Provide
    Arbitrary<List<Deed>> deeds() {
        return Combinators.combine(
                        Arbitraries.of(true, true, false),
                        Arbitraries.oneOf(Arbitraries.longs().between(0, 300), Arbitraries.longs()))
                .as(Deed::new)
                .list()
                .ofMaxSize(2_000);
    }

    @Property(tries = 200)
    void itHoldsWhatAHashMapHolds(@ForAll("deeds") List<Deed> deeds) {
        LongMap<String> map = new LongMap<>();
        Map<Long, String> model = new HashMap<>();
        for (int i = 0; i < deeds.size(); i++) {
            long key = deeds.get(i).key();
            if (deeds.get(i).put()) {
                assertThat(map.put(key, "at " + i)).isEqualTo(model.put(key, "at " + i));
            } else {
                assertThat(map.remove(key)).isEqualTo(model.remove(key));
            }
            assertThat(map.get(key)).isEqualTo(model.get(key));
            assertThat(map.size()).isEqualTo(model.size());
        }
        model.forEach((key, value) -> assertThat(map.get(key)).isEqualTo(value));
        assertThat(map.values()).containsExactlyInAnyOrderElementsOf(model.values());
    }
}

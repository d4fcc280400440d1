package io.iommuledger.query.whatif;

import io.iommuledger.lifecycle.whatif.ExposureSum;
import io.iommuledger.lifecycle.whatif.Outcome;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** Sums by somebody or something; what has no name stands under the empty one. */
final class Totals {
    private final TreeMap<String, Total> byName = new TreeMap<>();

    /** One of them. */
    static final class Total {
        private long refused;
        private ExposureSum really = ExposureSum.NONE;
        private ExposureSum supposed = ExposureSum.NONE;

        long refused() {
            return refused;
        }

        Exposed really() {
            return Exposed.of(really);
        }

        Exposed supposed() {
            return Exposed.of(supposed);
        }
    }

    void refused(Optional<String> name) {
        of(name).refused++;
    }

    void add(Optional<String> name, Outcome outcome) {
        Total total = of(name);
        total.really = total.really.plus(outcome.really());
        total.supposed = total.supposed.plus(outcome.supposed());
    }

    private Total of(Optional<String> name) {
        return byName.computeIfAbsent(name.orElse(""), none -> new Total());
    }

    <T> List<T> list(BiFunction<Optional<String>, Total, T> form) {
        return byName.entrySet().stream()
                .map(entry -> form.apply(Optional.of(entry.getKey()).filter(name -> !name.isEmpty()), entry.getValue()))
                .toList();
    }
}

package io.iommuledger.bench;

import java.util.List;
import java.util.function.Consumer;

/** One figure of the product and what it should be. */
interface Benchmark {
    String name();

    Target target();

    /**
     * Measures several times and leaves nothing running.
     *
     * @return in the target's unit, at least one
     * @throws Exception if there is no figure to be had
     */
    List<Double> measure(Consumer<String> progress) throws Exception;
}

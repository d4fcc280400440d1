package io.iommuledger.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Two ways of doing the same, by turns and compared turn by turn: what else the machine does slows both. Each begins as
 * often as the other, after a first turn that is not counted.
 */
final class Turns {
    private static final String RATE = "%,.0f/s";
    private static final String MILLIS = "%,.3f ms";

    /** One of the two ways. */
    @FunctionalInterface
    interface Way {
        /** @return how much it does in a second, or how long it takes */
        double figure() throws Exception;
    }

    private Turns() {}

    /** @return how many times faster ours is, for each turn */
    static List<Double> ratios(int turns, Way ours, Way peer, Consumer<String> progress) throws Exception {
        return ratios(RATE, turns, ours, peer, progress);
    }

    /** @return how many times as long ours takes, for each turn */
    static List<Double> ofTimes(int turns, Way ours, Way peer, Consumer<String> progress) throws Exception {
        return ratios(MILLIS, turns, ours, peer, progress);
    }

    private static List<Double> ratios(String form, int turns, Way ours, Way peer, Consumer<String> progress)
            throws Exception {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i <= turns; i++) {
            double first = (i % 2 == 0 ? ours : peer).figure();
            double second = (i % 2 == 0 ? peer : ours).figure();
            double own = i % 2 == 0 ? first : second;
            double others = i % 2 == 0 ? second : first;
            progress.accept(String.format(
                    Locale.ROOT,
                    "%sours " + form + ", the peer " + form + ", ratio %.2f",
                    i == 0 ? "warm-up, not counted: " : "",
                    own,
                    others,
                    own / others));
            if (i > 0) {
                ratios.add(own / others);
            }
        }
        return ratios;
    }
}

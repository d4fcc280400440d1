package io.iommuledger.bench;

import java.util.List;

/** Measurements of one thing, ascending. */
record Samples(List<Double> ascending) {

    Samples {
        if (ascending.isEmpty()) {
            throw new IllegalArgumentException("nothing was measured");
        }
    }

    static Samples of(List<Double> measured) {
        return new Samples(measured.stream().sorted().toList());
    }

    double min() {
        return ascending.getFirst();
    }

    double median() {
        int size = ascending.size();
        return (ascending.get((size - 1) / 2) + ascending.get(size / 2)) / 2;
    }

    double max() {
        return ascending.getLast();
    }

    int count() {
        return ascending.size();
    }
}

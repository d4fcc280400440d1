package io.iommuledger.lab;

import java.util.Arrays;
import java.util.stream.Stream;

/** The kernels that a run is for: 6.1 alone, or those that {@code -Dlab.kernels} names with commas. */
final class Kernels {

    private Kernels() {}

    static Stream<LabKernel> chosen() {
        return Arrays.stream(System.getProperty("lab.kernels", "6.1").split(",", -1))
                .map(series -> Arrays.stream(LabKernel.values())
                        .filter(kernel -> kernel.toString().equals(series))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("no kernel '" + series + "' in the lab")));
    }

    /** Whether a run is for everything that the lab can show, however long it takes: one that names its kernels is. */
    static boolean thorough() {
        return System.getProperty("lab.kernels") != null;
    }
}

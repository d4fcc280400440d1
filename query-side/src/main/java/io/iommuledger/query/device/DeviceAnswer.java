package io.iommuledger.query.device;

import java.util.List;
import java.util.Optional;

/**
 * A device as it stands.
 *
 * @param context        that it is held in
 * @param memoryDecoding as last read from it
 * @param episodes       open ones that affect it
 */
record DeviceAnswer(
        String address,
        int group,
        String vendor,
        String product,
        String classCode,
        String driver,
        List<String> resetMethods,
        List<BarAnswer> bars,
        boolean held,
        Optional<String> context,
        Optional<String> memoryDecoding,
        String power,
        List<String> episodes) {

    /** A memory window. */
    record BarAnswer(int index, String base, Object size, String sizeText) {}
}

package io.iommuledger.verify.source;

import java.util.Arrays;

/**
 * A frame of an {@link ExportFile}, as it stands in a buffer until the next one is asked for.
 *
 * @param from where what it holds begins
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Frame(byte letter, byte[] bytes, int from, int length) {

    byte[] copy() {
        return Arrays.copyOfRange(bytes, from, from + length);
    }
}

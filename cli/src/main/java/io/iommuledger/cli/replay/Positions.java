package io.iommuledger.cli.replay;

import java.util.OptionalLong;

/** Positions as people write them. */
final class Positions {

    private Positions() {}

    /** Empty if the text is none. */
    static OptionalLong parse(String text) {
        return text.matches("[0-9]{1,18}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
    }
}

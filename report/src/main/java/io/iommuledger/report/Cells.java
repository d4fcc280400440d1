package io.iommuledger.report;

import java.util.Collection;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Values of cells as texts. */
final class Cells {
    private Cells() {}

    /** What is in it; null if nothing is. */
    static @Nullable Object inside(@Nullable Object cell) {
        return switch (cell) {
            case null -> null;
            case Optional<?> optional -> inside(optional.orElse(null));
            case OptionalLong optional -> optional.isPresent() ? optional.getAsLong() : null;
            default -> cell;
        };
    }

    static String text(@Nullable Object cell) {
        return switch (inside(cell)) {
            case null -> "";
            case Collection<?> list -> list.stream().map(Objects::toString).collect(Collectors.joining(" "));
            case Object value -> value.toString();
        };
    }
}

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

    /** What is in it; null if nothing is. Most are texts and numbers, of which there are millions. */
    static @Nullable Object inside(@Nullable Object cell) {
        if (cell instanceof String || cell instanceof Number) {
            return cell;
        }
        if (cell instanceof Optional<?> optional) {
            return inside(optional.orElse(null));
        }
        if (cell instanceof OptionalLong optional) {
            return optional.isPresent() ? optional.getAsLong() : null;
        }
        return cell;
    }

    static String text(@Nullable Object cell) {
        Object inside = inside(cell);
        if (inside instanceof String text) {
            return text;
        }
        return switch (inside) {
            case null -> "";
            case Collection<?> list -> list.stream().map(Objects::toString).collect(Collectors.joining(" "));
            default -> inside.toString();
        };
    }
}

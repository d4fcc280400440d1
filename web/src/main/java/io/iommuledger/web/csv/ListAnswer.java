package io.iommuledger.web.csv;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An answer that is a list: a record that names the next page, or says whether that is all, and of which one component is a
 * list of records.
 */
public record ListAnswer(Class<?> type, RecordComponent elements, Class<?> element) {

    public static Optional<ListAnswer> of(Class<?> type) {
        if (!type.isRecord() || Arrays.stream(type.getRecordComponents()).noneMatch(ListAnswer::endsSomewhere)) {
            return Optional.empty();
        }
        return Arrays.stream(type.getRecordComponents())
                .flatMap(component ->
                        element(component.getGenericType())
                                .map(element -> new ListAnswer(type, component, element))
                                .stream())
                .reduce((one, other) -> other);
    }

    private static boolean endsSomewhere(RecordComponent component) {
        return Set.of("next", "truncated").contains(component.getName());
    }

    List<?> elements(Object answer) {
        return Column.read(elements, answer) instanceof List<?> list ? list : List.of();
    }

    private static Optional<Class<?>> element(Type declared) {
        return declared instanceof ParameterizedType list
                        && list.getRawType() == List.class
                        && list.getActualTypeArguments()[0] instanceof Class<?> element
                        && element.isRecord()
                ? Optional.of(element)
                : Optional.empty();
    }
}

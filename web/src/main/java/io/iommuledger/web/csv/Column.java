package io.iommuledger.web.csv;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A value that every record of a type has, if only as an absent one. What is nested is reached through dots, as in JSON it
 * is through members.
 */
record Column(String name, List<RecordComponent> path) {

    /** In the order of the record; whatever its values, so that every list of them has the same. */
    static List<Column> of(Class<?> record) {
        List<Column> columns = new ArrayList<>();
        add("", List.of(), record, columns);
        return List.copyOf(columns);
    }

    /** Null if it is not there. */
    @Nullable
    Object value(Object record) {
        Object value = record;
        for (RecordComponent component : path) {
            if (value == null) {
                return null;
            }
            value = read(component, value);
        }
        return value;
    }

    static @Nullable Object read(RecordComponent component, Object record) {
        try {
            component.getAccessor().setAccessible(true);
            Object value = component.getAccessor().invoke(record);
            return value instanceof Optional<?> optional ? optional.orElse(null) : value;
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("component " + component + " of an answer is not readable", e);
        }
    }

    private static void add(String prefix, List<RecordComponent> path, Class<?> record, List<Column> into) {
        for (RecordComponent component : record.getRecordComponents()) {
            List<RecordComponent> longer = new ArrayList<>(path);
            longer.add(component);
            Class<?> type = type(component.getGenericType());
            if (!type.isRecord()) {
                into.add(new Column(prefix + component.getName(), List.copyOf(longer)));
            } else if (component.getAccessor().isAnnotationPresent(JsonUnwrapped.class)) {
                add(prefix, longer, type, into);
            } else {
                add(prefix + component.getName() + ".", longer, type, into);
            }
        }
    }

    private static Class<?> type(Type declared) {
        if (declared instanceof ParameterizedType generic) {
            return generic.getRawType() == Optional.class
                    ? type(generic.getActualTypeArguments()[0])
                    : (Class<?>) generic.getRawType();
        }
        return declared instanceof Class<?> plain ? plain : Object.class;
    }
}

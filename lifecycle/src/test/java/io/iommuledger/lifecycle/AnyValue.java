package io.iommuledger.lifecycle;

import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.iova.IovaRange;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/**
 * Values of a sealed family of records, found by looking at its types, so that a new one is never forgotten. Numbers are
 * small: what matters is that they meet.
 */
public final class AnyValue {

    private AnyValue() {}

    public static <T> Arbitrary<T> of(Class<T> type) {
        return value(type).map(type::cast);
    }

    private static Arbitrary<?> value(Type type) {
        if (type instanceof ParameterizedType generic) {
            Arbitrary<?> element = value(generic.getActualTypeArguments()[0]);
            return generic.getRawType() == List.class ? element.list().ofMaxSize(3) : element.optional();
        }
        return plain((Class<?>) type);
    }

    private static Arbitrary<?> plain(Class<?> type) {
        if (type == long.class) {
            return Arbitraries.longs().between(0, 5);
        } else if (type == int.class) {
            return Arbitraries.integers().between(0, 3);
        } else if (type == boolean.class) {
            return Arbitraries.of(true, false);
        } else if (type == String.class) {
            return Arbitraries.of("", "a", "b");
        } else if (type == UUID.class) {
            return Arbitraries.longs().between(0, 3).map(number -> new UUID(0, number));
        } else if (type == OptionalLong.class) {
            return Arbitraries.longs().between(0, 3).map(OptionalLong::of);
        } else if (type == PciAddress.class) {
            return Arbitraries.integers().between(0, 3).map(PciAddress::unpack);
        } else if (type == IovaRange.class) {
            return Combinators.combine(
                            Arbitraries.longs().between(-8, 8),
                            Arbitraries.longs().between(-8, 8))
                    .as((a, b) -> Long.compareUnsigned(a, b) <= 0 ? new IovaRange(a, b) : new IovaRange(b, a));
        } else if (type.isEnum()) {
            return Arbitraries.of(Arrays.asList(type.getEnumConstants()));
        } else if (type.isSealed()) {
            return Arbitraries.oneOf(Arrays.stream(type.getPermittedSubclasses())
                    .map(AnyValue::plain)
                    .map(AnyValue::untyped)
                    .toList());
        }
        return record(type);
    }

    private static Arbitrary<Object> record(Class<?> type) {
        List<Arbitrary<Object>> parts = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getGenericType)
                .map(AnyValue::value)
                .map(AnyValue::untyped)
                .toList();
        Class<?>[] types = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        return Combinators.combine(parts).as(values -> {
            try {
                return type.getDeclaredConstructor(types).newInstance(values.toArray());
            } catch (ReflectiveOperationException e) {
                throw new LinkageError("cannot make a " + type.getName() + " of " + values, e);
            }
        });
    }

    private static Arbitrary<Object> untyped(Arbitrary<?> arbitrary) {
        return arbitrary.map(value -> (Object) value);
    }
}

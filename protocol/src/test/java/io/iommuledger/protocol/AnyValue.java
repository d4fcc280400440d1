package io.iommuledger.protocol;

import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.principal.Commitment;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Any value of a sealed family of records, found by looking at its types, so that a new one is never forgotten. */
final class AnyValue {

    /** Every character but lone surrogates, which no text of a host has and UTF-8 cannot carry. */
    private static final Arbitrary<String> TEXT = Arbitraries.strings()
            .withCharRange('\u0000', '\ud7ff')
            .withCharRange('\ue000', '\uffff')
            .ofMaxLength(20);

    private static final Arbitrary<IovaRange> RANGES = Combinators.combine(Arbitraries.longs(), Arbitraries.longs())
            .as((a, b) -> Long.compareUnsigned(a, b) <= 0 ? new IovaRange(a, b) : new IovaRange(b, a));

    private static final Arbitrary<HostId> HOSTS = Arbitraries.strings()
            .withChars("aZ09")
            .ofMinLength(1)
            .ofMaxLength(63)
            .map(HostId::new);

    private static final Arbitrary<StreamId> STREAMS =
            Combinators.combine(HOSTS, Arbitraries.longs().greaterOrEqual(1)).as(StreamId::new);

    private static final Arbitrary<Commitment> COMMITMENTS =
            Arbitraries.bytes().array(byte[].class).ofSize(32).map(Commitment::of);

    private static final Map<Class<?>, Arbitrary<?>> PLAIN = Map.of(
            long.class, Arbitraries.longs(),
            int.class, Arbitraries.integers(),
            boolean.class, Arbitraries.of(true, false),
            String.class, TEXT,
            UUID.class,
                    Combinators.combine(Arbitraries.longs(), Arbitraries.longs())
                            .as(UUID::new),
            OptionalLong.class,
                    Arbitraries.longs()
                            .optional()
                            .map(some -> some.map(OptionalLong::of).orElseGet(OptionalLong::empty)),
            PciAddress.class, Arbitraries.integers().map(PciAddress::unpack),
            IovaRange.class, RANGES,
            StreamId.class, STREAMS,
            HostId.class, HOSTS);

    private AnyValue() {}

    static <T> Arbitrary<T> of(Class<T> type) {
        return value(type).map(type::cast);
    }

    /** The records at the ends of a sealed family. */
    static Stream<Class<?>> leaves(Class<?> family) {
        return family.isSealed()
                ? Arrays.stream(family.getPermittedSubclasses()).flatMap(AnyValue::leaves)
                : Stream.of(family);
    }

    private static Arbitrary<?> value(Type type) {
        if (type instanceof ParameterizedType generic) {
            Arbitrary<?> element = value(generic.getActualTypeArguments()[0]);
            return generic.getRawType() == List.class ? element.list().ofMaxSize(4) : element.optional();
        }
        return plain((Class<?>) type);
    }

    private static Arbitrary<?> plain(Class<?> type) {
        Arbitrary<?> known = PLAIN.get(type);
        if (type == Commitment.class) {
            return COMMITMENTS;
        } else if (known != null) {
            return known;
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

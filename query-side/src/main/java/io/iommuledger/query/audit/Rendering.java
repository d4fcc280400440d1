package io.iommuledger.query.audit;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.enrolment.Fingerprint;
import io.iommuledger.lifecycle.enrolment.HostKey;
import io.iommuledger.lifecycle.evidence.KernelEvidence;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.principal.Commitment;
import io.iommuledger.query.form.Amount;
import io.iommuledger.query.form.Refused;
import io.iommuledger.web.Hex;
import io.iommuledger.web.Times;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Records of the domain as JSON: the names of their components with their values in the forms that every answer has. A
 * component that can be one of several kinds of record stands in a member named after its kind.
 */
public final class Rendering {
    private static final Set<String> ADDRESSES =
            Set.of("vaddr", "physicalBase", "physical", "offset", "pageSizes", "iova");
    private static final Set<String> UNSIGNED =
            Set.of("unmappedBytes", "heldBytes", "size", "hugePageBytes", "unknownBytes", "unrecordedBytes");
    private static final Map<String, Integer> ID_DIGITS = Map.of("vendor", 4, "product", 4, "classCode", 6);

    /** Looked up once of each type: the JDK makes them anew whenever it is asked, and their accessors with them. */
    private static final ClassValue<List<Component>> COMPONENTS = new ClassValue<>() {
        @Override
        protected List<Component> computeValue(Class<?> type) {
            return Arrays.stream(type.getRecordComponents())
                    .map(component -> new Component(
                            component.getName(), component.getType().isInterface(), component.getAccessor()))
                    .toList();
        }
    };

    /** @param ofKinds whether several types of records fit */
    private record Component(String name, boolean ofKinds, Method accessor) {
        Object value(Record record) {
            try {
                return accessor.invoke(record);
            } catch (ReflectiveOperationException e) {
                throw new LinkageError("component " + name + " of a public record is not readable", e);
            }
        }
    }

    private Rendering() {}

    public static Map<String, Object> of(Record record) {
        Map<String, Object> members = new LinkedHashMap<>();
        for (Component component : COMPONENTS.get(record.getClass())) {
            Object value = component.value(record);
            form(component.name(), value)
                    .ifPresent(shown -> members.put(
                            component.name(),
                            component.ofKinds() && value instanceof Record kind
                                    ? Map.of(memberName(kind), shown)
                                    : shown));
        }
        return members;
    }

    private static Optional<Object> form(String name, Object value) {
        return switch (value) {
            case Optional<?> optional -> optional.flatMap(inside -> form(name, inside));
            case OptionalLong optional -> optional.isPresent() ? form(name, optional.getAsLong()) : Optional.empty();
            case Collection<?> list ->
                Optional.of(list.stream()
                        .flatMap(element -> form(name, element).stream())
                        .toList());
            case Long number -> Optional.of(number(name, number));
            case Integer number when ID_DIGITS.containsKey(name) -> Optional.of(Hex.id(number, ID_DIGITS.get(name)));
            case Integer number -> Optional.of(number);
            case Instruction.Kind kind -> Optional.of(kind.word());
            case Enum<?> constant -> Optional.of(constant.name());
            case IovaRange range ->
                Optional.of(ordered("start", Hex.address(range.start()), "last", Hex.address(range.last())));
            case KernelEvidence evidence -> Optional.of(Refused.of(evidence));
            case PciAddress named -> Optional.of(named.toString());
            case StreamId named -> Optional.of(named.toString());
            case ContextId named -> Optional.of(named.toString());
            case HostId named -> Optional.of(named.toString());
            case Fingerprint named -> Optional.of(named.toString());
            case Commitment named -> Optional.of(named.toString());
            case HostKey key -> Optional.of(key.base64());
            case Record record -> Optional.of(of(record));
            default -> Optional.of(value.toString());
        };
    }

    private static Object number(String name, long value) {
        if (ADDRESSES.contains(name)) {
            return Hex.address(value);
        }
        if (name.equals("gapNanos") || name.equals("kernelNanos")) {
            return Amount.signed(value);
        }
        if (name.endsWith("Nanos")) {
            return Times.rfc3339(value);
        }
        return UNSIGNED.contains(name) ? Amount.unsigned(value) : Amount.signed(value);
    }

    private static Map<String, Object> ordered(String first, Object one, String second, Object two) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put(first, one);
        members.put(second, two);
        return members;
    }

    private static String memberName(Record kind) {
        String name = kind.getClass().getSimpleName();
        return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }
}

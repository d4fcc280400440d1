package io.iommuledger.agent.linux;

import io.iommuledger.agent.kernel.VfioKernel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Names and values of the kernel's ABI: as pinned in {@code vfio-abi.tsv}, and as the classes have them. */
final class AbiTable {

    private AbiTable() {}

    /** Lines of name, tab, value. */
    static List<String> pinnedLines() {
        return resource("/vfio-abi.tsv")
                .lines()
                .filter(line -> !line.startsWith("#"))
                .toList();
    }

    static Map<String, Long> pinned() {
        Map<String, Long> table = new LinkedHashMap<>();
        for (String line : pinnedLines()) {
            int tab = line.indexOf('\t');
            put(table, line.substring(0, tab), Long.decode(line.substring(tab + 1)));
        }
        return table;
    }

    /** Every constant of the classes by the kernel's name. */
    static Map<String, Long> declared() {
        Map<String, Long> table = new LinkedHashMap<>();
        put(table, "VFIO_API_VERSION", (long) VfioKernel.API_VERSION);
        put(table, "VFIO_TYPE1v2_IOMMU", (long) VfioKernel.TYPE1V2);
        for (Field field : VfioRequest.class.getDeclaredFields()) {
            if (field.getType() == VfioRequest.class && get(field) instanceof VfioRequest<?> request) {
                put(table, request.name(), request.number());
            }
        }
        for (Class<?> flags : List.of(VfioFlags.class, LibcFlags.class)) {
            putConstants(table, flags, "");
        }
        for (Class<?> struct : VfioAbi.class.getDeclaredClasses()) {
            putConstants(table, struct, structName(struct) + ".");
        }
        return table;
    }

    private static void putConstants(Map<String, Long> table, Class<?> holder, String prefix) {
        for (Field field : holder.getDeclaredFields()) {
            if (field.getType() == int.class && get(field) instanceof Integer value) {
                String name = field.getName();
                put(table, prefix.isEmpty() ? name : prefix + name.toLowerCase(Locale.ROOT), value.longValue());
            }
        }
    }

    /** {@code IommuType1DmaMap} is {@code vfio_iommu_type1_dma_map}. */
    private static String structName(Class<?> struct) {
        return "vfio" + struct.getSimpleName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    private static void put(Map<String, Long> table, String name, Long value) {
        if (table.put(name, value) != null) {
            throw new IllegalStateException("twice in the table: " + name);
        }
    }

    private static Object get(Field constant) {
        try {
            return Objects.requireNonNull(constant.get(null), constant.getName());
        } catch (IllegalAccessException e) {
            throw new LinkageError("constant " + constant.getName() + " is not readable", e);
        }
    }

    static String resource(String name) {
        try (InputStream stream = Objects.requireNonNull(AbiTable.class.getResourceAsStream(name), name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }
}

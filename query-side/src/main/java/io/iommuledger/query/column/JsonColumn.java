package io.iommuledger.query.column;

import io.iommuledger.lifecycle.device.Bar;
import io.iommuledger.lifecycle.iova.IovaRange;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Lists of small things in a {@code jsonb} column. Numbers are unsigned there, of up to 64 bits. */
public final class JsonColumn {
    private static final JsonMapper JSON = new JsonMapper();

    private JsonColumn() {}

    public static String bars(List<Bar> bars) {
        return JSON.writeValueAsString(bars.stream()
                .map(bar -> Map.of(
                        "index", bar.index(), "base", unsigned(bar.physicalBase()), "size", unsigned(bar.size())))
                .toList());
    }

    public static List<Bar> bars(String column) {
        return JSON.readTree(column)
                .valueStream()
                .map(bar -> new Bar(bar.path("index").intValue(), bits(bar.path("base")), bits(bar.path("size"))))
                .toList();
    }

    public static String ranges(List<IovaRange> ranges) {
        return JSON.writeValueAsString(ranges.stream()
                .map(range -> Map.of("start", unsigned(range.start()), "last", unsigned(range.last())))
                .toList());
    }

    public static List<IovaRange> ranges(String column) {
        return JSON.readTree(column)
                .valueStream()
                .map(range -> new IovaRange(bits(range.path("start")), bits(range.path("last"))))
                .toList();
    }

    private static BigInteger unsigned(long bits) {
        return new BigInteger(Long.toUnsignedString(bits));
    }

    private static long bits(JsonNode number) {
        return number.bigIntegerValue().longValue();
    }
}

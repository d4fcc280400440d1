package io.iommuledger.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is read of a request's body. */
class BodyTest {
    private static final int MOST_RANGES = 65_535;

    private static byte[] body(String element, int count) {
        return ("{\"ranges\":[" + (element + ",").repeat(count - 1) + element + "]}").getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aListOfAsManyRangesAsThereMayBeIsRead() {
        String range = "{\"iova\":\"0x1000\",\"size\":4096,\"access\":\"rw\",\"backing\":{\"bar\":"
                + "{\"device\":\"0000:3b:00.0\",\"index\":0,\"offset\":0}}}";
        List<Body> read = Body.parse(body(range, MOST_RANGES), "ranges")
                .optionalObjects("ranges", MOST_RANGES, "iova", "size", "access", "backing")
                .orElseThrow();
        assertThat(read).hasSize(MOST_RANGES);
    }

    @Test
    void moreThanMemoryIsMeantForIsRefusedBeforeItIsBuilt() {
        for (String element : List.of("1", "{}", "[]", "{\"iova\":1}")) {
            byte[] many = body(element, 1_600_000);
            assertThatExceptionOfType(Problem.class)
                    .isThrownBy(() -> Body.parse(many, "ranges"))
                    .withMessageContaining("more than 1500000 braces, names and values");
        }
    }
}

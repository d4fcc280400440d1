package io.iommuledger.cli.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sizes and times as people read them. */
class AmountsTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "1, 1 B",
        "4096, 4 KiB",
        "1048576, 1 MiB",
        "1049600, 1025 KiB",
        "18446744073709551615, 18446744073709551615 B",
        "18446744073709551616, 16 EiB",
        "unlimited, unlimited",
    })
    void sizesAreInTheLargestUnitWithoutAFraction(String bytes, String shown) {
        assertThat(Amounts.bytes(bytes)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S, 0 s",
        "PT0.000000999S, 999 ns",
        "PT0.0000123S, 12.3 µs",
        "PT0.0168749S, 16.8 ms",
        "PT0.9999S, 999 ms",
        "PT59.999S, 59.9 s",
        "PT1M, 1 min",
        "PT4M10.9S, 4 min 10 s",
        "PT3H20M59S, 3 h 20 min",
        "P12DT4H1M, 12 d 4 h",
        "PT-3S, 0 s",
    })
    void timesHaveTwoUnitsOrThreeDigitsAndAreNeverRoundedUp(Duration time, String shown) {
        assertThat(Amounts.lasting(time)).isEqualTo(shown);
    }

    @Test
    void whatIsNoInstantStaysAsItIs() {
        assertThat(Amounts.since("soon", Instant.EPOCH)).isEqualTo("soon");
    }
}

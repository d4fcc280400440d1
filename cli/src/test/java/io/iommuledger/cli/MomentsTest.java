package io.iommuledger.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Places in history that count from another one. */
class MomentsTest {

    @ParameterizedTest
    @CsvSource({
        "-10s, 2026-11-23T11:59:50Z",
        "-500ms, 2026-11-23T11:59:59.500Z",
        "-5m, 2026-11-23T11:55:00Z",
        "-1h30m, 2026-11-23T10:30:00Z",
        "-2d, 2026-11-21T12:00:00Z",
        "35, 35",
        "2026-11-23T02:08:12Z, 2026-11-23T02:08:12Z",
        "-, -",
        "-10, -10",
        "-10x, -10x",
    })
    void onlyWhatIsRelativeBecomesAnInstant(String text, String resolved) {
        assertThat(Moments.resolved(text, Instant.parse("2026-11-23T12:00:00Z")))
                .isEqualTo(resolved);
    }

    @Test
    void nothingCountsFromAPosition() {
        assertThatThrownBy(() -> Moments.base("-10s", "35"))
                .hasMessageContaining("-10s")
                .hasMessageContaining("--at 35");
    }
}

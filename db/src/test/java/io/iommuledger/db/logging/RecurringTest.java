package io.iommuledger.db.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RecurringTest {
    private final AtomicLong nanos = new AtomicLong(-17);
    private final Recurring away = new Recurring(nanos::get);

    @Test
    void itIsToldAtOnceThenOnceAMinuteWithHowOftenAndWhenItIsOver() {
        assertThat(away.over()).as("nothing has happened").isEmpty();
        assertThat(away.happened()).hasValue(1);
        for (int second = 1; second < 60; second++) {
            nanos.addAndGet(Duration.ofSeconds(1).toNanos());
            assertThat(away.happened()).isEmpty();
        }
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(away.happened()).hasValue(60);
        assertThat(away.happened()).isEmpty();
        assertThat(away.lasting()).isEqualTo(Duration.ofMinutes(1));
        assertThat(away.over()).hasValue(62);
        assertThat(away.over()).isEmpty();
        assertThat(away.happened()).as("it begins anew").hasValue(1);
    }
}

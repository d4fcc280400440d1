package io.iommuledger.query.mapping;

import io.iommuledger.lifecycle.mapping.Exposure;
import io.iommuledger.query.form.Amount;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How long a DMA could reach what it should not. No moment within a system call can be observed, so the truth lies between
 * two bounds, by the host's monotonic clock.
 *
 * @param atLeastNanos 0 if no more is known
 * @param atMostNanos  absent while it goes on, and if nobody saw its end
 */
record ExposureAnswer(boolean ended, Object atLeastNanos, Optional<Object> atMostNanos) {
    static ExposureAnswer of(Exposure exposure) {
        OptionalLong most = exposure.atMost();
        return new ExposureAnswer(
                exposure.ended(),
                Amount.unsigned(exposure.atLeast()),
                most.isPresent() ? Optional.of(Amount.unsigned(most.getAsLong())) : Optional.empty());
    }
}

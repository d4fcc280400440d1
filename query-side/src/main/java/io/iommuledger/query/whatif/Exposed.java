package io.iommuledger.query.whatif;

import io.iommuledger.lifecycle.whatif.ExposureSum;
import io.iommuledger.query.form.Amount;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How long DMA could reach what it should not, all together; as in other answers, between two bounds.
 *
 * @param atMostNanos absent if nobody saw the end of one of them
 * @param open        how many go on where the report ends; they are measured up to its last fact
 */
record Exposed(long exposures, Object atLeastNanos, Optional<Object> atMostNanos, long open) {
    static Exposed of(ExposureSum sum) {
        OptionalLong most = sum.atMost();
        return new Exposed(
                sum.count(),
                Amount.unsigned(sum.atLeast()),
                most.isPresent() ? Optional.of(Amount.unsigned(most.getAsLong())) : Optional.empty(),
                sum.open());
    }
}

package io.iommuledger.query.operation;

import io.iommuledger.query.form.Moment;
import io.iommuledger.query.form.Refused;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Optional;
import java.util.UUID;

/**
 * An operation, as it stood.
 *
 * @param outcome     {@code pending}, {@code succeeded}, {@code refused} or {@code unknown}
 * @param requested   when the request was stored
 * @param ended       when its end was
 * @param position    at which a query sees everything that the operation did
 * @param refusal     by the kernel
 * @param reason      why the agent refused it, why nothing is known, or how it is known though the agent did not live
 *                    to tell
 */
record OperationAnswer(
        UUID operation,
        String host,
        long epoch,
        String instruction,

        @Schema(allowableValues = {"pending", "succeeded", "refused", "unknown"})
        String outcome,

        Moment requested,
        Optional<Moment> ended,
        Optional<Long> position,
        Optional<Refused> refusal,
        Optional<String> reason,
        String principal) {}

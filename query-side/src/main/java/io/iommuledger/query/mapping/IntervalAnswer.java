package io.iommuledger.query.mapping;

import io.iommuledger.lifecycle.mapping.Cause;
import io.iommuledger.lifecycle.mapping.MappingState;
import io.iommuledger.lifecycle.mapping.Source;
import io.iommuledger.query.form.Moment;
import io.iommuledger.query.form.Refused;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Optional;
import java.util.UUID;

/**
 * One interval of a mapping's life.
 *
 * @param operation that began it
 * @param principal who asked for the mapping
 * @param to        where it ended, which is where the next one begins; a terminal state ends where it begins
 * @param exposure  that the interval is part of, which may be longer, or that ended where it begins
 */
record IntervalAnswer(
        String mapping,
        String context,
        String iova,
        String last,
        @Schema(implementation = MappingState.class) String state,
        @Schema(implementation = Cause.class) String cause,
        @Schema(implementation = Source.class) String source,
        Optional<String> episode,
        Optional<UUID> operation,
        Optional<Refused> refusal,
        Moment from,
        Optional<Moment> to,
        Optional<Object> durationNanos,
        @Schema(allowableValues = {"r", "w", "rw"}) String access,
        Optional<String> principal,
        Optional<ExposureAnswer> exposure) {}

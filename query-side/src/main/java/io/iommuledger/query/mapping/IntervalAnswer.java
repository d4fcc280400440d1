package io.iommuledger.query.mapping;

import io.iommuledger.query.form.Moment;
import io.iommuledger.query.form.Refused;
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
        String state,
        String cause,
        String source,
        Optional<String> episode,
        Optional<UUID> operation,
        Optional<Refused> refusal,
        Moment from,
        Optional<Moment> to,
        Optional<Object> durationNanos,
        String access,
        Optional<String> principal,
        Optional<ExposureAnswer> exposure) {}

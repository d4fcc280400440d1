package io.iommuledger.query.mapping;

import io.iommuledger.query.form.Moment;
import java.util.Optional;

/**
 * How a mapping differs between two places in history.
 *
 * @param kind         {@code added}, {@code removed} or {@code changed}
 * @param becameZombie it was none before
 * @param ceasedZombie it was one, and is none any more
 * @param before       how it stood; absent if nothing had been heard of it
 * @param after        how it stands, or how it ended
 */
record DiffAnswer(
        String mapping,
        String context,
        String iova,
        String last,
        Optional<String> exporter,
        Optional<String> principal,
        String kind,
        boolean becameZombie,
        boolean ceasedZombie,
        Optional<Side> before,
        Optional<Side> after) {

    /** One of the two. */
    record Side(String state, String cause, String source, String access, Moment since) {}
}

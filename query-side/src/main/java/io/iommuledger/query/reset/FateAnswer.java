package io.iommuledger.query.reset;

import io.iommuledger.query.form.Moment;
import java.util.Optional;

/**
 * What an episode did to a mapping.
 *
 * @param before how it stood when the episode reached it; absent if nothing had been heard of it
 * @param during how it stood then
 * @param now    how it stands, since when
 */
record FateAnswer(
        String mapping,
        Optional<String> before,
        String during,
        String duringCause,
        String now,
        String nowCause,
        Moment nowSince) {}

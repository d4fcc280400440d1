package io.iommuledger.query.reset;

import io.iommuledger.query.form.Moment;
import java.util.Optional;

/**
 * What an episode did to a mapping that reaches a device which it affected.
 *
 * @param changed whether it did anything; what was stale, withdrawn or orphaned already stood as it was
 * @param before  how it stood when the episode reached it; absent if nothing had been heard of it
 * @param during  how it stood then
 * @param now     how it stands, since when
 */
record FateAnswer(
        String mapping,
        boolean changed,
        Optional<String> before,
        String during,
        String duringCause,
        String now,
        String nowCause,
        Moment nowSince) {}

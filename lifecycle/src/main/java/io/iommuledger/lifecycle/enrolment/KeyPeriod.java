package io.iommuledger.lifecycle.enrolment;

import java.util.Optional;

/**
 * A key and when it was the host's.
 *
 * @param principal id of who enrolled it
 * @param key       once an agent has proved that it holds it
 * @param untilNanos empty if it still is
 */
public record KeyPeriod(
        Fingerprint fingerprint, long fromNanos, String principal, Optional<HostKey> key, Optional<Long> untilNanos) {

    KeyPeriod proved(HostKey by) {
        return new KeyPeriod(fingerprint, fromNanos, principal, Optional.of(by), untilNanos);
    }

    KeyPeriod until(long nanos) {
        return new KeyPeriod(fingerprint, fromNanos, principal, key, Optional.of(nanos));
    }
}

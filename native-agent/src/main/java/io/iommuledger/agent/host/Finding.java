package io.iommuledger.agent.host;

import io.iommuledger.lifecycle.operation.Circumstances;
import java.util.Optional;

/** What the agent found out about the cause of a kernel's refusal. */
@FunctionalInterface
interface Finding {

    Circumstances added(Circumstances known);

    /** It was this. */
    static Optional<Finding> certain(String cause, String cure) {
        return Optional.of(known -> known.because(cause, cure));
    }

    /** What the errno otherwise says it was not; this is what is left. */
    static Optional<Finding> perhaps(String cause, String cure) {
        return Optional.of(known -> known.perhaps(cause, cure));
    }
}

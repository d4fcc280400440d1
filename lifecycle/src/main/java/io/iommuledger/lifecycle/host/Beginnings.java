package io.iommuledger.lifecycle.host;

import io.iommuledger.lifecycle.fact.EpochBegan;
import java.util.Optional;
import java.util.UUID;

/** Stands in for the first fact of an epoch while that fact has not been seen. */
final class Beginnings {

    static final EpochBegan UNSEEN =
            new EpochBegan(new UUID(0, 0), "", "", "", "", Policies.DEFAULT, false, -1, Optional.empty());

    private Beginnings() {}
}

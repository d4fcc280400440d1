package io.iommuledger.lifecycle.erasure;

import java.util.UUID;

/** How the name of a principal came to be erased, in a stream of its own: {@code erasure/<id>}. */
public sealed interface ErasureEvent permits ErasureRequested, ErasureApproved, ErasureWithdrawn, ErasureDone {
    UUID erasure();

    /** By the command side's clock, since 1970. */
    long atNanos();
}

package io.iommuledger.web.access;

import io.iommuledger.lifecycle.access.AccessReport;

/** Has a command side store who reads; there is one if reads are recorded. */
@FunctionalInterface
public interface AccessLog {

    /**
     * Returns when all of it is stored.
     *
     * @throws RuntimeException if it may not be
     */
    void record(AccessReport report);
}

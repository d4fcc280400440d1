package io.iommuledger.verify.check;

import io.iommuledger.verify.source.Unreadable;

/** A stream of the log, which takes its records in the log's order. */
@FunctionalInterface
interface LogStream {
    void take(Examined block, int record) throws Unreadable;
}

package io.iommuledger.query.alarm;

/** An alarm and when it began, by which all of them are in one order. */
record Since(long nanos, AlarmAnswer alarm) {}

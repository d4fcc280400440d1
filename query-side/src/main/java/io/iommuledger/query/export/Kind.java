package io.iommuledger.query.export;

/** What sort of record it is, to whoever gets it. */
record Kind(Severity severity, Evidence evidence, Status status) {}

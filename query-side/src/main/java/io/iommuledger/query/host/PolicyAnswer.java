package io.iommuledger.query.host;

/** Policies of a host, and whether they cannot be relaxed. */
record PolicyAnswer(HostAnswer.PolicyNames policies, boolean sealed) {}

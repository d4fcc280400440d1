package io.iommuledger.query.host;

/** Policies of a host, whether they can be relaxed, and whether any has been weaker than the default in this epoch. */
record PolicyAnswer(HostAnswer.PolicyNames policies, boolean sealed, boolean tainted) {}

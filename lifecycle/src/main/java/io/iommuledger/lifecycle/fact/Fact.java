package io.iommuledger.lifecycle.fact;

/** Something that happened on a host, as its agent recorded it. */
public sealed interface Fact permits HostFact, Intent, Answer {}

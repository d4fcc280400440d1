package io.iommuledger.lifecycle.fact;

/** A fact with its stamp: one record of a host's stream. */
public record RecordedFact(Stamp stamp, Fact fact) {}

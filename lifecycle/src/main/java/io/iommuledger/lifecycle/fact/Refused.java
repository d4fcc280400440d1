package io.iommuledger.lifecycle.fact;

import io.iommuledger.lifecycle.evidence.KernelEvidence;

/** The kernel refused what the intent asked for; the intent's effect did not happen. */
public record Refused(long intent, KernelEvidence evidence) implements Answer {}

package io.iommuledger.lifecycle.fact;

/** The kernel was not asked for what the intent says: another call of the same batch, before it, was refused. */
public record NotAsked(long intent) implements Answer {}

package io.iommuledger.lifecycle.fact;

/**
 * The kernel was not asked for what the intent says: another call of the same batch, before it, was refused, or the kernel
 * told beforehand that it could not do it, and what was opened to find that out is closed again.
 */
public record NotAsked(long intent) implements Answer {}

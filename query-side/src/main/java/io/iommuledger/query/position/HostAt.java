package io.iommuledger.query.position;

/**
 * How far a host's facts go at a standpoint.
 *
 * @param at          position of the newest of them: what stood there is what stands at the standpoint
 * @param nanos       effective time of that fact
 * @param wallNanos   its wall clock
 * @param storedNanos when it was stored
 * @param heardNanos  effective time up to which nothing is unheard, which may be later than the standpoint
 * @param epoch       the newest epoch there
 * @param running     whether that epoch may bring more
 * @param tainted     whether any policy in force in it has been weaker than the default
 */
public record HostAt(
        String host,
        long at,
        long nanos,
        long wallNanos,
        long storedNanos,
        long heardNanos,
        long epoch,
        boolean running,
        boolean tainted) {}

package io.iommuledger.query.position;

import java.util.List;
import java.util.Optional;

/**
 * What every answer says of itself.
 *
 * @param position     up to which it has all facts in it
 * @param instant      that it is about; the effective time of the newest fact if none was asked for
 * @param fold         version of the rules by which facts become states
 * @param lagNanos     from that fact to its storing, by the clocks of host and store; the largest, of several hosts
 * @param skewNanos    how far the wall clock stood behind effective time at that fact, because it had jumped back
 * @param pinned       where this very answer will be found again
 * @param tainted      of one host: whether any policy in force has been weaker than the default
 * @param taintedHosts of many
 * @param sinceHorizon of an answer that tells also of what has ended: position of the horizon, before which nothing is known
 *                     any more; what had ended by then is not in it
 */
public record Basis(
        long position,
        Optional<String> instant,
        int fold,
        Optional<Object> lagNanos,
        Optional<Object> skewNanos,
        Completeness completeness,
        String pinned,
        Optional<Boolean> tainted,
        Optional<List<String>> taintedHosts,
        Optional<Long> sinceHorizon) {}

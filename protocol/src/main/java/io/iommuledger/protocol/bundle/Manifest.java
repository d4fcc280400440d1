package io.iommuledger.protocol.bundle;

import io.iommuledger.lifecycle.host.Scope;
import java.util.List;
import java.util.OptionalLong;

/**
 * What a bundle was asked for, and what it rests on.
 *
 * @param fold         version of the rules by which its checkpoint was folded
 * @param from         position: what was by then is in the checkpoint
 * @param to           position of the last record that may be in it
 * @param endNanos     the instant that was asked for as its end; empty if a position was
 * @param hash         of the frame at the checkpoint
 * @param known        position up to which facts counted when completeness and taint were looked at
 * @param completeness of the facts at its end
 * @param taintedHosts at its end
 */
public record Manifest(
        int fold,
        long from,
        long to,
        OptionalLong endNanos,
        Scope scope,
        String hash,
        long known,
        Completeness completeness,
        List<String> taintedHosts) {

    /**
     * Whether the facts are all that there were.
     *
     * @param state          {@code complete}, {@code gap} or {@code open}
     * @param openSinceNanos when a host was heard last that may tell more
     * @param openHosts      how many may
     */
    public record Completeness(
            String state, long missing, List<MissingFacts> gaps, OptionalLong openSinceNanos, long openHosts) {}

    /** Facts of a host that are missing for one cause. */
    public record MissingFacts(String host, long count, String cause, String why, long position) {}
}

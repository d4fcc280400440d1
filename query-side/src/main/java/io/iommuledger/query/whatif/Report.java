package io.iommuledger.query.whatif;

import io.iommuledger.query.position.Completeness;
import io.iommuledger.query.replay.PolicyWords;
import io.iommuledger.query.replay.ScopeAnswer;
import java.util.List;
import java.util.Optional;

/**
 * A part of the log, as it was and as it would have been under other policies.
 *
 * @param from       position after which the other policies are in force
 * @param completeness whether the facts that both histories rest on are all that there were, as of its end
 * @param taintedHosts hosts in scope that are tainted at its end, as it was
 * @param source     of everything that is said of the other history
 * @param facts      that were folded after it
 * @param maps       that the kernel carried out, really
 * @param really     all exposures, as the facts tell of them
 * @param supposed   all exposures under the other policies
 * @param exposures  each mapping that was exposed in one of the two histories
 * @param refused    maps that the kernel carried out and that would have been refused
 * @param done       how often the agent would have done what it did not, and not done what it did
 * @param notSimulated what came later and could not have come so, or need not have: nobody knows what would have come
 */
record Report(
        long from,
        long to,
        ScopeAnswer scope,
        PolicyWords policy,
        int fold,
        Completeness completeness,
        List<String> taintedHosts,
        String source,
        long facts,
        long maps,
        Exposed really,
        Exposed supposed,
        Exposures exposures,
        Items refused,
        Done done,
        Items notSimulated,
        List<OfPrincipal> byPrincipal,
        List<OfDevice> byDevice) {

    /**
     * Mappings by what the other policies would have made of their exposures, and some of those for which it is anything.
     *
     * @param prevented mappings that would not have been exposed
     * @param shortened mappings that would have been exposed for a shorter time
     * @param same      mappings with the same exposures
     * @param longer    mappings that would have been exposed for a longer time
     * @param added     mappings that were not exposed and would have been
     * @param notSimulated mappings that were exposed and are not there in what is supposed, because something else would have
     *                  stood in their place or not: nobody knows what would have been
     */
    record Exposures(
            long prevented,
            long shortened,
            long same,
            long longer,
            long added,
            long notSimulated,
            boolean truncated,
            List<OfMapping> mappings) {}

    record OfMapping(
            String mapping,
            String context,
            String iova,
            String last,
            Optional<String> device,
            Optional<String> principal,
            String effect,
            Exposed really,
            Exposed supposed) {}

    /** How many, and some of them, in the order of the log. */
    record Items(long count, boolean truncated, List<Item> items) {}

    record Item(
            long position,
            String host,
            Optional<String> mapping,
            Optional<String> device,
            Optional<String> principal,
            String kind,
            String what) {}

    record Done(long dropped, long notDropped, long withdrawn, long notWithdrawn) {}

    /** Of whoever asked for the mappings; the agent by itself if absent. */
    record OfPrincipal(Optional<String> principal, long refused, Exposed really, Exposed supposed) {}

    /** Of the device whose BARs are mapped. */
    record OfDevice(Optional<String> device, long refused, Exposed really, Exposed supposed) {}
}

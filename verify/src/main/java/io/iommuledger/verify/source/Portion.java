package io.iommuledger.verify.source;

/** A part of a source that was read and not looked at. */
@FunctionalInterface
public interface Portion {
    /** On any thread. */
    Block block();
}

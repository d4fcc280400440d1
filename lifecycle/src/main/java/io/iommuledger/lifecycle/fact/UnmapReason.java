package io.iommuledger.lifecycle.fact;

/** Who wants a mapping gone. */
public enum UnmapReason {
    /** Its owner asked for it. */
    OWNER,
    /** Policy {@code on-release=drop}: its exporter is about to be released. */
    EXPORTER_RELEASE,
    /** Policy {@code on-reset=suspend}: withdrawn for the time of an episode. */
    SUSPENSION,
    /** Part of a request whose rest was refused. */
    ROLLBACK
}

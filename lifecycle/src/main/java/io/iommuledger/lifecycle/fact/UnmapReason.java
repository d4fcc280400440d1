package io.iommuledger.lifecycle.fact;

/** Who wants a mapping gone. */
public enum UnmapReason {
    /** Its owner asked for it. */
    OWNER,
    /** Policy {@code on-release=drop}: its exporter is about to be released. */
    EXPORTER_RELEASE
}

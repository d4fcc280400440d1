package io.iommuledger.lifecycle.context;

/** Which of the kernel's two interfaces a context belongs to. They treat a reset of a mapped BAR differently. */
public enum ContextKind {
    /** A container of {@code /dev/vfio/vfio}: a translation stays until it is unmapped. */
    TYPE1,
    /** An IOAS of {@code /dev/iommu}: a BAR's translation is withdrawn by the kernel. */
    IOMMUFD
}

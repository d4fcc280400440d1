package io.iommuledger.lifecycle.reset;

/** What takes a device away from those who map its BARs. */
public enum EpisodeKind {
    /** {@code VFIO_DEVICE_RESET}: the first method the kernel finds for this one function. */
    FUNCTION_RESET,
    /** {@code VFIO_DEVICE_PCI_HOT_RESET}: slot or bus, with all dependents. */
    HOT_RESET,
    /** Memory decoding switched off in the command register. */
    MEMORY_OFF,
    /** {@code VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY}. */
    LOW_POWER
}

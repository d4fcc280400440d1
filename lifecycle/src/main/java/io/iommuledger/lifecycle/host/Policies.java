package io.iommuledger.lifecycle.host;

/**
 * What an agent does by itself about mappings that would outlive what they map.
 *
 * @param onRelease about mappings of a device that is being released
 * @param onReset   about mappings of a device that is about to be reset
 */
public record Policies(OnRelease onRelease, OnReset onReset) {

    /** About mappings of a device that is being released. */
    public enum OnRelease {
        /** Unmap every mapping of the device's BARs, in whatever context, before the release completes. */
        DROP,
        /** Leave them, as the kernel does: they become orphans. */
        LEAVE
    }

    /** About mappings of a device that is about to be reset. */
    public enum OnReset {
        /** Leave them, as the kernel does: they are stale while the device does not answer. */
        LEAVE
    }
}

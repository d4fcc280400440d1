package io.iommuledger.lifecycle.host;

/**
 * What an agent does by itself about mappings that would outlive what they map.
 *
 * @param onRelease about mappings of a device that is being released
 * @param onReset   about mappings of a device that is about to be reset
 * @param mmio      about device memory of unknown origin
 */
public record Policies(OnRelease onRelease, OnReset onReset, Mmio mmio) {
    /** In force unless the agent's configuration says otherwise: no zombie can expose anything. */
    public static final Policies DEFAULT = new Policies(OnRelease.DROP, OnReset.SUSPEND, Mmio.STRICT);

    /** What the kernel does by itself. */
    public static final Policies KERNEL = new Policies(OnRelease.LEAVE, OnReset.LEAVE, Mmio.UNSAFE);

    /** About mappings of a device that is being released. */
    public enum OnRelease {
        /** Unmap every mapping of the device's BARs, in whatever context, before the release completes. */
        DROP,
        /** Leave them, as the kernel does: they become orphans. */
        LEAVE
    }

    /** About mappings of a device that is about to be reset, switched off or put to sleep. */
    public enum OnReset {
        /** Withdraw their translations before, and restore them when the device answers again. */
        SUSPEND,
        /** Leave them, as the kernel does: they are stale while the device does not answer. */
        LEAVE
    }

    /** About device memory. */
    public enum Mmio {
        /** It is mapped only as a BAR of a device that the agent holds open. */
        STRICT,
        /** Also through a file, whoever it belongs to. */
        UNSAFE
    }

    /** Whether any of them is weaker than the default: a host on which that was so is tainted. */
    public boolean weakerThanDefault() {
        return !equals(DEFAULT);
    }

    /** Whether some choice of the other is weaker than this one's. */
    public boolean relaxedBy(Policies other) {
        return other.onRelease.compareTo(onRelease) > 0
                || other.onReset.compareTo(onReset) > 0
                || other.mmio.compareTo(mmio) > 0;
    }
}

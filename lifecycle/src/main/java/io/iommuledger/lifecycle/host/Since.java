package io.iommuledger.lifecycle.host;

import io.iommuledger.lifecycle.fact.EpochBegan;

/** What happened to the machine between two starts of a host's agent. */
enum Since {
    SAME_BOOT,
    /** Nothing that the older start held stands any more. */
    REBOOTED,
    /** The host is another machine now; what goes on on the former one is not heard of. */
    MOVED,
    /** The beginning of one of them was not seen. */
    UNKNOWN;

    static Since between(EpochBegan older, EpochBegan newer) {
        if (older.equals(Beginnings.UNSEEN) || newer.equals(Beginnings.UNSEEN)) {
            return UNKNOWN;
        }
        if (!older.machineId().equals(newer.machineId())) {
            return MOVED;
        }
        return older.bootId().equals(newer.bootId()) ? SAME_BOOT : REBOOTED;
    }
}

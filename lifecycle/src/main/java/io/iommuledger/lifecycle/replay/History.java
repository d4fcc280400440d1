package io.iommuledger.lifecycle.replay;

import io.iommuledger.lifecycle.host.Logged;
import java.util.List;

/** The log as it was stored, or part of it. */
public interface History {

    /**
     * The next records of hosts.
     *
     * @param upTo position of the last one that may be among them
     */
    Part after(long position, long upTo);

    /** Position after which it has records: nothing of before is known. */
    default long begins() {
        return -1;
    }

    /**
     * Records in the order of the log; those of other hosts than the wanted may be among them.
     *
     * @param reached position up to which there are no others
     */
    record Part(List<Logged> records, long reached) {}
}

package io.iommuledger.agent.journal;

import java.util.ArrayList;
import java.util.List;

/** Reads a journal back. */
public final class Records {

    private Records() {}

    /** Everything durable that is kept of an epoch. */
    public static List<byte[]> all(EpochLog log) {
        List<byte[]> all = new ArrayList<>();
        for (long next = 0; next < log.nextSequence(); ) {
            EpochLog.Batch batch = log.read(next, Integer.MAX_VALUE);
            all.addAll(batch.records());
            next = batch.nextSequence();
        }
        return all;
    }
}

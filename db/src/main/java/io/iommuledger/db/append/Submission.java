package io.iommuledger.db.append;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Events that stand together or not at all.
 *
 * @param done completes with the position of the last one, or with an {@link AppendRefused}
 */
record Submission(List<NewEvent> events, CompletableFuture<Long> done) {

    long bytes() {
        long bytes = 0;
        for (NewEvent event : events) {
            bytes += event.payload().length;
        }
        return bytes;
    }

    void refused(AppendRefused why) {
        done.completeExceptionally(why);
    }
}

package io.iommuledger.cli.client;

import java.util.function.LongSupplier;

/**
 * Whether the log has more than what its reader caused by reading. A server may record every question in the log that is
 * being followed, so whoever asks for what is new would find that he asked; how far the log has come is asked for instead, which
 * is not recorded. That others read is brought with the next other news, or once it has waited for long enough: two who follow
 * would else keep each other going.
 */
public final class News {
    private static final long READS_NANOS = 60_000_000_000L;

    private final LedgerClient client;
    private final LongSupplier clock;
    private long mine;
    private long looked;

    /**
     * How far the log has come.
     *
     * @param end  position of the last record that the server has taken
     * @param news whether it is worth reading up to there
     */
    public record Look(long end, boolean news) {}

    public News(LedgerClient client) {
        this(client, System::nanoTime);
    }

    /** @param clock in nanoseconds, from wherever */
    News(LedgerClient client, LongSupplier clock) {
        this.client = client;
        this.clock = clock;
        this.looked = clock.getAsLong();
    }

    /** @param position up to which everything has been read */
    public Look behind(long position) throws Failure {
        Answer projection = client.get(Request.of("projection"));
        long end = projection.number("position");
        boolean waited = clock.getAsLong() - looked >= READS_NANOS;
        boolean news = projection.number("told") > position || (waited && end - position > mine);
        if (news) {
            looked = clock.getAsLong();
            mine = 0;
        }
        return new Look(end, news);
    }

    /** A question was asked that reads up to the end that was looked at, and no further: that it was asked is behind it. */
    public void asked() {
        mine++;
    }
}

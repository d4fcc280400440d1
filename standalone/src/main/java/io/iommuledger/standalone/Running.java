package io.iommuledger.standalone;

import java.util.concurrent.CountDownLatch;

/** Runs until the process is told to end. */
final class Running {

    private Running() {}

    /** Returns never; on SIGTERM or Ctrl-C what was started is closed and the process ends. */
    static int untilTold(Runnable close) throws InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(close, "shutdown"));
        new CountDownLatch(1).await();
        return 0;
    }
}

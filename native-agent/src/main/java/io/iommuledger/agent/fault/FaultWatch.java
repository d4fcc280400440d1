package io.iommuledger.agent.fault;

import io.iommuledger.agent.kernel.KernelLog;
import io.iommuledger.lifecycle.fact.FaultsMissed;
import io.iommuledger.lifecycle.fact.HostFact;
import java.io.IOException;
import java.util.function.Consumer;

/** Follows the kernel's log on a thread of its own and passes on what it tells of DMA faults. */
public final class FaultWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(FaultWatch.class.getName());

    private final KernelLog log;
    private final Consumer<HostFact> heard;
    private volatile boolean closed;

    private FaultWatch(KernelLog log, Consumer<HostFact> heard) {
        this.log = log;
        this.heard = heard;
    }

    /** @param heard called on the watch's own thread */
    public static FaultWatch start(KernelLog log, Consumer<HostFact> heard) {
        FaultWatch watch = new FaultWatch(log, heard);
        Thread.ofPlatform().daemon().name("agent-kernel-log").start(watch::follow);
        return watch;
    }

    private void follow() {
        while (!closed) {
            try {
                switch (log.next()) {
                    case KernelLog.Line line ->
                        FaultLine.parse(line.text(), line.nanos()).ifPresent(heard);
                    case KernelLog.Overrun overrun ->
                        heard.accept(new FaultsMissed("lines of the kernel's log were overwritten unread"));
                }
            } catch (IOException e) {
                if (!closed) {
                    LOG.log(System.Logger.Level.ERROR, "the kernel's log cannot be read any more", e);
                    heard.accept(new FaultsMissed("the kernel's log cannot be read any more: " + e.getMessage()));
                }
                return;
            }
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        log.close();
    }
}

package io.iommuledger.agent.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.agent.kernel.KernelLog;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.fact.DmaFaulted;
import io.iommuledger.lifecycle.fact.FaultsMissed;
import io.iommuledger.lifecycle.fact.HostFact;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What becomes of the kernel's log. */
class FaultWatchTest {
    private static final KernelLog.Line FAULT = new KernelLog.Line(
            3, "DMAR: [DMA Read NO_PASID] Request device [3b:00.0] fault addr 0x1000 [fault reason 0x06] why");
    private static final HostFact FAULTED =
            new DmaFaulted(PciAddress.parse("0000:3b:00.0"), 0x1000, false, "0x06 why", 3);

    /** Entries, and then the end. */
    private record Told(Deque<Entry> entries) implements KernelLog {
        @Override
        public Entry next() throws IOException {
            if (entries.isEmpty()) {
                throw new IOException("no more");
            }
            return entries.remove();
        }

        @Override
        public void close() {}
    }

    @Test
    void eachOverrunIsToldOnceAndTheEndOfTheLogToo() throws Exception {
        BlockingQueue<HostFact> heard = new LinkedBlockingQueue<>();
        Deque<KernelLog.Entry> entries = new ArrayDeque<>(
                List.of(FAULT, new KernelLog.Overrun(), FAULT, new KernelLog.Line(4, "usb 1-1: new device"), FAULT));
        try (FaultWatch _ = FaultWatch.start(new Told(entries), heard::add)) {
            FaultsMissed overwritten = new FaultsMissed("lines of the kernel's log were overwritten unread");
            FaultsMissed ended = new FaultsMissed("the kernel's log cannot be read any more: no more");
            for (HostFact expected : List.of(FAULTED, overwritten, FAULTED, FAULTED, ended)) {
                assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo(expected);
            }
        }
        assertThat(heard).isEmpty();
    }
}

package io.iommuledger.agent.simulated;

import io.iommuledger.agent.kernel.KernelLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The log of the simulated kernel: lines that any number of readers follow. */
final class SimulatedLog {
    private final List<KernelLog.Line> lines = new ArrayList<>();

    synchronized void append(String text) {
        lines.add(new KernelLog.Line(System.nanoTime(), text));
        notifyAll();
    }

    /** What is appended from now on. */
    synchronized KernelLog reader() {
        return new Reader();
    }

    private final class Reader implements KernelLog {
        private int next = lines.size();
        private boolean closed;

        @Override
        public Entry next() throws IOException {
            synchronized (SimulatedLog.this) {
                while (!closed && next == lines.size()) {
                    try {
                        SimulatedLog.this.wait();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        throw new IOException("interrupted while waiting for the log", e);
                    }
                }
                if (closed) {
                    throw new IOException("the log is closed");
                }
                return lines.get(next++);
            }
        }

        @Override
        public void close() {
            synchronized (SimulatedLog.this) {
                closed = true;
                SimulatedLog.this.notifyAll();
            }
        }
    }
}

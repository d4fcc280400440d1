package io.iommuledger.cli.export;

import io.iommuledger.cli.client.Failure;
import java.io.PrintStream;
import java.util.List;

/** Prints. Whoever reads at the other end of a pipe does not say what he has. */
final class StreamDestination implements Destination {
    private final PrintStream out;

    StreamDestination(PrintStream out) {
        this.out = out;
    }

    @Override
    public void take(List<String> lines) throws Failure {
        lines.forEach(line -> out.append(line).append('\n'));
        out.flush();
        if (out.checkError()) {
            throw Failure.refused("nobody reads what is printed any more");
        }
    }

    @Override
    public boolean acknowledges() {
        return false;
    }

    @Override
    public void close() {
        out.flush();
    }
}

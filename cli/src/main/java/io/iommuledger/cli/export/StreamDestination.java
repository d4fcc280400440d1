package io.iommuledger.cli.export;

import io.iommuledger.cli.Screen;
import io.iommuledger.cli.client.Failure;
import java.util.List;

/** Prints. Whoever reads at the other end of a pipe does not say what he has. */
final class StreamDestination implements Destination {
    private final Screen screen;

    StreamDestination(Screen screen) {
        this.screen = screen;
    }

    @Override
    public void take(List<String> lines) throws Failure {
        lines.forEach(line -> screen.out().append(line).append('\n'));
        screen.requirePrinted();
    }

    @Override
    public boolean acknowledges() {
        return false;
    }

    @Override
    public void close() {
        screen.out().flush();
    }
}

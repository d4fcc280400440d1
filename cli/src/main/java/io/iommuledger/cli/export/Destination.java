package io.iommuledger.cli.export;

import io.iommuledger.cli.client.Failure;
import java.io.IOException;
import java.util.List;

/** Takes lines, in order. */
interface Destination extends AutoCloseable {

    /**
     * Returns when it has them, as far as it tells.
     *
     * @throws IOException if it may take them later: what it had of them before may be there
     * @throws Failure     if trying again is of no use
     */
    void take(List<String> lines) throws IOException, Failure, InterruptedException;

    /** Whether what it has taken is there for ever. If not, the last of it may be lost when it goes away. */
    boolean acknowledges();

    @Override
    void close() throws IOException;
}

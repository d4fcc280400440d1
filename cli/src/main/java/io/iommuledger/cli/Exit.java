package io.iommuledger.cli;

import io.iommuledger.cli.client.Failure;

/** How a command ends. */
public final class Exit {
    private Exit() {}

    /** What a command does. */
    public interface Work {
        /** @return the exit code */
        int done() throws Failure, InterruptedException;
    }

    /** The exit code; what fails is said, behind what was printed before it, and so is that it could not be printed. */
    public static int of(Screen screen, Work work) throws InterruptedException {
        try {
            int code = work.done();
            if (screen.lost()) {
                throw Failure.refused(Screen.UNPRINTED);
            }
            return code;
        } catch (Failure failure) {
            screen.out().flush();
            screen.err().println("iommu-ledger: " + failure.getMessage());
            return ClientCommands.ERROR;
        } finally {
            screen.out().flush();
            screen.err().flush();
        }
    }
}

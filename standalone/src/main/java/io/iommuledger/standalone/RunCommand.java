package io.iommuledger.standalone;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs everything in one process: PostgreSQL, both sides, and an agent with a simulated machine. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description =
                "Runs everything in this process, with an embedded PostgreSQL and an agent on a simulated machine.")
final class RunCommand implements Callable<Integer> {
    @Option(names = "--data", paramLabel = "DIR", description = "Where data live (default: ${DEFAULT-VALUE}).")
    private Path data = Path.of("data");

    @Option(names = "--idle", description = "Leave the simulated machine alone: no living workload.")
    private boolean idle;

    @Option(
            names = "--gateway",
            paramLabel = "HOST:PORT",
            description = "Also let agents of other hosts dial in there.")
    private String gateway = "";

    @Mixin
    private RestOptions rest = new RestOptions();

    @Override
    public Integer call() throws Exception {
        long began = System.nanoTime();
        Standalone standalone = Standalone.start(new Standalone.Settings(
                data, rest.settings(), gateway, idle ? Standalone.Machine.IDLE : Standalone.Machine.LIVING));
        System.out.print(Greeting.text(standalone, (System.nanoTime() - began) / 1_000_000, data));
        return Running.untilTold(standalone::close);
    }
}

package io.iommuledger.standalone;

import io.iommuledger.agent.PolicyOptions;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
            converter = GatewayAddress.class,
            description = "Also let agents of other hosts dial in there.")
    private String gateway = "";

    @Option(
            names = "--audit-reads",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Record who reads the audit before each answer, and answer nothing that could not be recorded"
                    + " (default), or do not.")
    private boolean auditReads;

    private static final long START_SECONDS = 60;

    @Mixin
    private RestOptions rest = new RestOptions();

    @Mixin
    private PolicyOptions policies = new PolicyOptions();

    @Mixin
    private SigningOptions signing = new SigningOptions();

    @Override
    public Integer call() throws Exception {
        long began = System.nanoTime();
        CompletableFuture<Standalone> running = new CompletableFuture<>();
        // Before anything is started: who is told to end in the middle of it ends what it has started, too.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(running), "shutdown"));
        try {
            running.complete(Standalone.start(new Standalone.Settings(
                    data,
                    rest.settings(),
                    gateway,
                    idle ? Standalone.Machine.IDLE : Standalone.Machine.LIVING,
                    policies.policies(),
                    policies.sealed(),
                    signing.settings(""),
                    auditReads)));
        } finally {
            running.cancel(false);
        }
        running.get().onDatabaseDeath(RunCommand::databaseDied);
        System.out.print(Greeting.text(running.get(), (System.nanoTime() - began) / 1_000_000, data));
        new CountDownLatch(1).await();
        return 0;
    }

    private static void close(CompletableFuture<Standalone> running) {
        try {
            running.orTimeout(START_SECONDS, TimeUnit.SECONDS).join().close();
        } catch (CancellationException | CompletionException neverStarted) {
            // what had been started was closed by the start that failed
        }
    }

    /** Nothing that is said from here on could be kept: better an end that is noticed. */
    private static void databaseDied() {
        System.err.println(
                "iommu-ledger: PostgreSQL ended by itself; ending too. The next start recovers what was stored.");
        Runtime.getRuntime().halt(1);
    }
}

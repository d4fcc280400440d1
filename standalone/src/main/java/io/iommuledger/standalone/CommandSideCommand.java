package io.iommuledger.standalone;

import io.iommuledger.standalone.Server.Side;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the command side alone. */
@Command(
        name = "command-side",
        mixinStandardHelpOptions = true,
        description = "Runs the command side alone. The database's passwords are taken from LEDGER_DB_PASSWORD"
                + " and LEDGER_DB_OWNER_PASSWORD.")
final class CommandSideCommand implements Callable<Integer> {
    @Mixin
    private DatabaseOptions database = new DatabaseOptions();

    @Mixin
    private RestOptions rest = new RestOptions();

    @Option(
            names = "--gateway",
            paramLabel = "HOST:PORT",
            converter = GatewayAddress.class,
            description = "Where agents dial in (default: ${DEFAULT-VALUE}).")
    private String gateway = "127.0.0.1:9090";

    @Option(
            names = "--advertise",
            paramLabel = "NAME",
            description =
                    "How clients are told to address this command side while it leads (default: this machine's name).")
    private String advertise = "";

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description =
                    "Where the key that signs the log's checkpoints is kept, and every checkpoint. Without it none is"
                            + " signed.")
    private String state = "";

    @Option(
            names = "--audit-reads",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description =
                    "Record who asks for principals, erasures, rules, holds and keys before each answer, and answer"
                            + " nothing that could not be recorded (default), or do not.")
    private boolean auditReads;

    @Mixin
    private SigningOptions signing = new SigningOptions();

    @Override
    public Integer call() throws InterruptedException {
        Server server = Server.start(new Server.Settings(
                Set.of(Side.COMMAND),
                database.address(),
                rest.settings(),
                gateway,
                "",
                advertise,
                signing.settings(state),
                new Server.Audited(auditReads, List.of())));
        System.out.println(
                "command side ready: REST on port " + server.port() + ", agents on port " + server.gatewayPort());
        return Running.untilTold(server::close);
    }
}

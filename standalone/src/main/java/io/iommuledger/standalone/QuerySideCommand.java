package io.iommuledger.standalone;

import io.iommuledger.standalone.Server.Side;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the query side alone. */
@Command(
        name = "query-side",
        mixinStandardHelpOptions = true,
        description = "Runs the query side alone. The database's passwords are taken from LEDGER_DB_PASSWORD"
                + " and LEDGER_DB_OWNER_PASSWORD.")
final class QuerySideCommand implements Callable<Integer> {
    @Mixin
    private DatabaseOptions database = new DatabaseOptions();

    @Mixin
    private RestOptions rest = new RestOptions();

    @Option(
            names = "--command-side",
            paramLabel = "URL",
            description =
                    "Have that command side record who reads the audit before each answer, and answer nothing that"
                            + " could not be recorded. May be given several times: the one that leads takes it.")
    private List<String> commandSides = new ArrayList<>();

    @Option(names = "--no-audit-reads", description = "Do not have it recorded.")
    private boolean unrecorded;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** Whether who reads is recorded is said, and not left out by accident. */
    private Server.Audited audited() {
        if (commandSides.isEmpty() != unrecorded) {
            throw new ParameterException(
                    spec.commandLine(),
                    unrecorded
                            ? "--no-audit-reads and --command-side exclude each other"
                            : "say which command side records who reads the audit, --command-side URL, or that none"
                                    + " does, --no-audit-reads");
        }
        return new Server.Audited(
                !unrecorded, commandSides.stream().map(this::checked).toList());
    }

    private URI checked(String text) {
        try {
            URI url = new URI(text);
            if (List.of("http", "https").contains(String.valueOf(url.getScheme())) && url.getHost() != null) {
                return url;
            }
        } catch (URISyntaxException none) {
            // refused below, as one of another form
        }
        throw new ParameterException(
                spec.commandLine(),
                "--command-side is '" + text + "'; expected where a command side's REST answers, as"
                        + " http://127.0.0.1:8080");
    }

    @Override
    public Integer call() throws InterruptedException {
        Server.Audited audited = audited();
        Server server = Server.start(new Server.Settings(
                Set.of(Side.QUERY), database.address(), rest.settings(), "", "", "", Server.Signing.NONE, audited));
        System.out.println("query side ready: REST on port " + server.port());
        return Running.untilTold(server::close);
    }
}

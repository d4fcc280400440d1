package io.iommuledger.standalone;

import io.iommuledger.standalone.Server.Side;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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

    @Override
    public Integer call() throws InterruptedException {
        Server server =
                Server.start(new Server.Settings(Set.of(Side.QUERY), database.address(), rest.settings(), "", "", ""));
        System.out.println("query side ready: REST on port " + server.port());
        return Running.untilTold(server::close);
    }
}

package io.iommuledger.standalone;

import io.iommuledger.agent.SimulatedMachines;
import java.nio.file.Path;
import java.util.Locale;

/** What {@code run} says when it is ready: where to look, and three commands to try. */
final class Greeting {

    private Greeting() {}

    static String text(Standalone running, long millis, Path data) {
        String api = "http://127.0.0.1:" + running.server().port() + "/api/v1";
        return String.format(
                Locale.ROOT,
                """

                IOMMU Ledger is ready after %.1f s. Data live in %s; Ctrl-C stops everything.
                The host '%s' is simulated: two NIC functions on one slot, a GPU and an NVMe drive.

                Look:   %s/hosts
                Try:    curl -s %s/zombies
                        curl -s -X POST %s/hosts/%s/contexts
                        curl -s '%s/events?limit=5'
                        ./iommu-ledger zombies --watch --server http://127.0.0.1:%d

                """,
                millis / 1000.0,
                data.toAbsolutePath().normalize(),
                SimulatedMachines.HOST,
                api,
                api,
                api,
                SimulatedMachines.HOST,
                api,
                running.server().port());
    }
}

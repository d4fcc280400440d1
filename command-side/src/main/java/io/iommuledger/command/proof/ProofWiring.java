package io.iommuledger.command.proof;

import io.iommuledger.db.tree.TreeKeeper;
import io.iommuledger.db.tree.TreeLog;
import io.iommuledger.db.tree.TreeRows;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Who signs the log's checkpoints, where the key is, and who is told. */
@Configuration(proxyBeanMethods = false)
class ProofWiring {
    private static final Logger LOG = LoggerFactory.getLogger(ProofWiring.class);

    /** @param witnesses {@code [KEY@]URL}, separated by spaces */
    @Bean(destroyMethod = "close")
    Witnesses witnesses(TreeLog log, TreeRows rows, @Value("${ledger.proof.witnesses:}") String witnesses) {
        List<Witness> all = Arrays.stream(witnesses.split(" "))
                .filter(text -> !text.isEmpty())
                .map(Witness::parse)
                .toList();
        return new Witnesses(all, log, rows);
    }

    /**
     * @param state the directory of the log's key; if empty nothing is signed
     * @param name  what the log is called; if empty what it was called first
     */
    @Bean
    SmartInitializingSingleton signing(
            TreeKeeper keeper,
            TreeLog log,
            TreeRows rows,
            Witnesses witnesses,
            @Value("${ledger.proof.state:}") String state,
            @Value("${ledger.proof.name:}") String name,
            @Value("${ledger.proof.every-events:100000}") long events,
            @Value("${ledger.proof.every-seconds:60}") long seconds) {
        Pace pace = new Pace(events, Duration.ofSeconds(seconds));
        if (state.isEmpty()) {
            return () -> LOG.info("no checkpoints of the log are signed here: no state directory for the log's key");
        }
        Checkpoints checkpoints = new Checkpoints(
                Path.of(state), Optional.of(name).filter(text -> !text.isEmpty()), pace, log, rows, witnesses);
        return () -> keeper.listen(checkpoints);
    }
}

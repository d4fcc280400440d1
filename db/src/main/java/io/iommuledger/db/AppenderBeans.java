package io.iommuledger.db;

import io.iommuledger.db.append.Appender;
import io.iommuledger.db.tree.TreeKeeper;
import io.iommuledger.db.tree.TreeLog;
import io.iommuledger.db.tree.TreeRows;
import java.net.InetAddress;
import java.net.UnknownHostException;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** What a process needs besides {@link StoreBeans} to append to the log, or to stand by for it. */
@Configuration(proxyBeanMethods = false)
@Import(TreeLog.class)
public class AppenderBeans {
    /** A leader that waits longer for an answer is taken for cut off, by itself too. */
    private static final int SILENT_SECONDS = 10;

    /** @param name how others are told to address this process when it leads; if empty the machine's name */
    @Bean(destroyMethod = "close")
    Appender appender(DataSource dataSource, @Value("${ledger.advertise:}") String name) throws UnknownHostException {
        return new Appender(
                () -> Database.outside(dataSource, "iommu-ledger appender", SILENT_SECONDS),
                name.isEmpty() ? InetAddress.getLocalHost().getHostName() : name);
    }

    @Bean
    TreeRows treeRows(DataSource dataSource) {
        return new TreeRows(dataSource);
    }

    @Bean
    TreeKeeper treeKeeper(
            Appender appender,
            EventLog log,
            TreeLog kept,
            TreeRows rows,
            @Value("${ledger.tree.start:WITH_ITS_APPLICATION}") TreeKeeper.Start when) {
        return new TreeKeeper(appender, log, kept, rows, when);
    }

    @Bean
    Leading leading(Appender appender) {
        return new Leading(appender);
    }
}

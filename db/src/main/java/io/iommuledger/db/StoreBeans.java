package io.iommuledger.db;

import io.iommuledger.db.horizon.Horizons;
import io.iommuledger.db.tree.TreeLog;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

/** The store for an application that brings the {@link DataSource}: JDBC, transactions, the log and Axon on it. */
@Configuration(proxyBeanMethods = false)
@Import({AxonWiring.class, EventLog.class, LongWork.class, Arrivals.class, Horizons.class, TreeLog.class})
public class StoreBeans {

    @Bean
    PlatformTransactionManager transactionManager(DataSource dataSource) {
        return new JdbcTransactionManager(dataSource);
    }

    @Bean
    JdbcClient jdbcClient(DataSource dataSource) {
        return JdbcClient.create(dataSource);
    }
}

package io.iommuledger.query;

import io.iommuledger.db.AppenderBeans;
import io.iommuledger.db.Arrivals;
import io.iommuledger.db.AxonWiring;
import io.iommuledger.db.Database;
import io.iommuledger.db.EventLog;
import io.iommuledger.db.horizon.Horizons;
import io.iommuledger.web.Conventions;
import io.iommuledger.web.LoopbackGuard;
import io.iommuledger.web.ProblemAdvice;
import io.iommuledger.web.TaintAdvice;
import java.io.IOException;
import javax.sql.DataSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

/** The query side on a PostgreSQL of its own; one for all tests, each of which takes another host. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({
    AxonWiring.class,
    AppenderBeans.class,
    Arrivals.class,
    EventLog.class,
    Horizons.class,
    QuerySide.class,
    Conventions.class,
    ProblemAdvice.class,
    TaintAdvice.class,
    LoopbackGuard.class,
    Log.class
})
public class TestApplication {

    @Bean(destroyMethod = "close")
    TestDatabase database() throws IOException {
        return TestDatabase.start();
    }

    @Bean(destroyMethod = "close")
    Reads dataSource(TestDatabase database) {
        return new Reads(Database.open(database.address()));
    }

    @Bean
    JdbcClient jdbcClient(DataSource dataSource) {
        return JdbcClient.create(dataSource);
    }

    @Bean
    PlatformTransactionManager transactions(DataSource dataSource) {
        return new JdbcTransactionManager(dataSource);
    }
}

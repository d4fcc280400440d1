package io.iommuledger.bench;

import com.zaxxer.hikari.HikariDataSource;
import io.iommuledger.db.Database;
import io.iommuledger.db.StoreBeans;
import io.iommuledger.query.QuerySide;
import io.iommuledger.web.Conventions;
import io.iommuledger.web.LoopbackGuard;
import io.iommuledger.web.ProblemAdvice;
import io.iommuledger.web.TaintAdvice;
import io.iommuledger.web.TomcatRefusals;
import io.iommuledger.web.api.ApiBeans;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.support.GenericApplicationContext;

/** The query side's REST service with its projection, on a store, as that login which may only do what it does. */
final class QueryService implements AutoCloseable {

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({
        QuerySide.class,
        StoreBeans.class,
        ApiBeans.class,
        Conventions.class,
        LoopbackGuard.class,
        ProblemAdvice.class,
        TaintAdvice.class,
        TomcatRefusals.class
    })
    static class Application {}

    private final HikariDataSource pool;
    private final RecordedStatements statements;
    private final ConfigurableApplicationContext context;

    private QueryService(HikariDataSource pool, RecordedStatements statements, ConfigurableApplicationContext context) {
        this.pool = pool;
        this.statements = statements;
        this.context = context;
    }

    static QueryService start(Store store) {
        HikariDataSource pool = Database.open(store.address());
        RecordedStatements statements = new RecordedStatements(pool);
        try {
            ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
                    .registerShutdownHook(false)
                    .properties("server.port=0", "server.address=127.0.0.1")
                    .initializers(fresh -> ((GenericApplicationContext) fresh)
                            .registerBean(
                                    DataSource.class,
                                    () -> statements,
                                    definition -> definition.setDestroyMethodName("")))
                    .run();
            return new QueryService(pool, statements, context);
        } catch (RuntimeException e) {
            pool.close();
            throw e;
        }
    }

    /** {@code http://HOST:PORT/api/v1}. */
    String api() {
        return "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port") + "/api/v1";
    }

    /** What it asks PostgreSQL. */
    RecordedStatements statements() {
        return statements;
    }

    @Override
    public void close() {
        context.close();
        pool.close();
    }
}

package io.iommuledger.query.access;

import io.iommuledger.db.EventLog;
import io.iommuledger.query.QuerySide;
import io.iommuledger.web.access.AccessBeans;
import io.iommuledger.web.access.AccessInterceptor;
import io.iommuledger.web.access.AccessRecorder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Whatever the query side is asked reads the audit: what it writes is made of that alone. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(AccessBeans.WANTED)
class QueryAccess {

    @Bean
    AccessInterceptor readsOfQuerySide(AccessRecorder recorder, EventLog log) {
        return new AccessInterceptor(recorder, log::head, QuerySide.class);
    }
}

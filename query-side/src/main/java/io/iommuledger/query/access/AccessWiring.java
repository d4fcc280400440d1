package io.iommuledger.query.access;

import io.iommuledger.db.EventLog;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Only where reads are recorded. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("ledger.query.audit-reads")
class AccessWiring {

    @Bean
    AccessRecorder accessRecorder(AccessLog log) throws UnknownHostException {
        return new AccessRecorder(log, InetAddress.getLocalHost().getHostName());
    }

    @Bean
    AccessInterceptor accessInterceptor(AccessRecorder recorder, EventLog log) {
        return new AccessInterceptor(recorder, log);
    }
}

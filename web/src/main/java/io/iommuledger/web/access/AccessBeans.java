package io.iommuledger.web.access;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** One recorder a process, where reads are recorded: {@code ledger.audit-reads}. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(AccessBeans.WANTED)
public class AccessBeans {
    public static final String WANTED = "ledger.audit-reads";

    @Bean
    AccessRecorder accessRecorder(AccessLog log) throws UnknownHostException {
        return new AccessRecorder(log, InetAddress.getLocalHost().getHostName());
    }
}

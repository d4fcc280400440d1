package io.iommuledger.command.access;

import io.iommuledger.command.CommandSide;
import io.iommuledger.db.EventLog;
import io.iommuledger.db.append.Appender;
import io.iommuledger.web.access.AccessBeans;
import io.iommuledger.web.access.AccessInterceptor;
import io.iommuledger.web.access.AccessRecorder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Names, rules, holds, erasures and keys: to change some shows them too, whether or not anything is changed by it. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(AccessBeans.WANTED)
class CommandAccess {

    @Bean
    AccessInterceptor readsOfCommandSide(AccessRecorder recorder, EventLog log, Appender appender) {
        return new AccessInterceptor(recorder, () -> headOfLeader(log, appender), CommandSide.class);
    }

    /** One that does not lead sends everybody to the one that does, before anything is recorded. */
    private static long headOfLeader(EventLog log, Appender appender) {
        appender.requireLead();
        return log.head();
    }
}

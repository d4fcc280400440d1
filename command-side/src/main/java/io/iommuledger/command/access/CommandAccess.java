package io.iommuledger.command.access;

import io.iommuledger.command.CommandSide;
import io.iommuledger.db.EventLog;
import io.iommuledger.web.access.AccessBeans;
import io.iommuledger.web.access.AccessInterceptor;
import io.iommuledger.web.access.AccessRecorder;
import java.util.Set;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the command side is asked for and not told: what it is told is an event of its own. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(AccessBeans.WANTED)
class CommandAccess {

    @Bean
    AccessInterceptor readsOfCommandSide(AccessRecorder recorder, EventLog log) {
        return new AccessInterceptor(recorder, log::head, CommandSide.class, Set.of("GET", "HEAD")::contains);
    }
}

package io.iommuledger.web.access;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** One recorder a process, where reads are recorded: {@code ledger.audit-reads}, which says of which side. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(AccessBeans.WANTED)
public class AccessBeans {
    public static final String WANTED = "ledger.audit-reads";

    /** Which sides a process is. */
    public enum Sides {
        COMMAND("command side"),
        QUERY("query side"),
        BOTH("both sides");

        private final String words;

        Sides(String words) {
            this.words = words;
        }
    }

    @Bean
    AccessRecorder accessRecorder(AccessLog log, @Value("${" + WANTED + "}") Sides sides) throws UnknownHostException {
        String server = InetAddress.getLocalHost().getHostName() + " (" + sides.words + ")";
        return new AccessRecorder(log, server, sides != Sides.COMMAND);
    }
}

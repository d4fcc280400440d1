package io.iommuledger.standalone;

import com.zaxxer.hikari.HikariDataSource;
import io.iommuledger.command.CommandSide;
import io.iommuledger.command.access.Accesses;
import io.iommuledger.command.enrolment.Enrolments;
import io.iommuledger.command.gateway.GatewayServer;
import io.iommuledger.command.principal.Principals;
import io.iommuledger.db.Database;
import io.iommuledger.db.StoreBeans;
import io.iommuledger.lifecycle.enrolment.Fingerprint;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.principal.PrincipalRef;
import io.iommuledger.query.QuerySide;
import io.iommuledger.web.access.AccessBeans;
import io.iommuledger.web.access.AccessLog;
import io.iommuledger.web.access.RemoteAccessLog;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.beans.BeansException;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.Environment;

/** A command side, a query side, or both, on a database that is there. */
public final class Server implements AutoCloseable {

    /** What a server is. */
    public enum Side {
        COMMAND,
        QUERY
    }

    /**
     * How to run a server.
     *
     * @param rest          where REST answers
     * @param gatewayListen {@code HOST:PORT} where agents dial in; empty for none
     * @param gatewayName   name of the gateway within this process; empty for none
     * @param advertise     how others are told to address this command side; empty for the machine's name
     * @param signing       what the command side signs of the log
     * @param audited       whether who reads from the query side is recorded, and by whom
     */
    public record Settings(
            Set<Side> sides,
            Database.Address database,
            Rest rest,
            String gatewayListen,
            String gatewayName,
            String advertise,
            Signing signing,
            Audited audited) {

        /** Where nobody is recorded who reads. */
        public Settings(
                Set<Side> sides,
                Database.Address database,
                Rest rest,
                String gatewayListen,
                String gatewayName,
                String advertise,
                Signing signing) {
            this(sides, database, rest, gatewayListen, gatewayName, advertise, signing, Audited.NONE);
        }

        /** A command side that signs nothing. */
        public Settings(
                Set<Side> sides,
                Database.Address database,
                Rest rest,
                String gatewayListen,
                String gatewayName,
                String advertise) {
            this(sides, database, rest, gatewayListen, gatewayName, advertise, Signing.NONE);
        }
    }

    /**
     * Checkpoints of the log.
     *
     * @param state        directory of the log's key; empty: nothing is signed
     * @param name         what the log is called; empty: what it was called first, or anything
     * @param witnesses    who is told of them, {@code [KEY@]URL}
     * @param everyEvents  after so many
     * @param everySeconds after so long
     */
    public record Signing(String state, String name, List<String> witnesses, long everyEvents, long everySeconds) {
        static final long EVENTS = 100_000;
        static final long SECONDS = 60;

        static final Signing NONE = new Signing("", "", List.of(), EVENTS, SECONDS);

        Signing at(Path directory) {
            return new Signing(directory.toString(), name, witnesses, everyEvents, everySeconds);
        }
    }

    /**
     * Recording of reads.
     *
     * @param reads        whether there is any
     * @param commandSides whose REST takes reports; none if it is the one of this process
     */
    public record Audited(boolean reads, List<URI> commandSides) {
        public static final Audited NONE = new Audited(false, List.of());
    }

    /**
     * Where REST answers.
     *
     * @param port           0 for any
     * @param insecureListen an address to listen on instead of 127.0.0.1; empty for that
     * @param publicNames    names by which clients may address it besides this machine's own
     */
    public record Rest(int port, String insecureListen, List<String> publicNames) {

        /** On 127.0.0.1 only, on any port. */
        public static Rest local() {
            return new Rest(0, "", List.of());
        }
    }

    private final ConfigurableApplicationContext context;
    private final HikariDataSource pool;

    private Server(ConfigurableApplicationContext context, HikariDataSource pool) {
        this.context = context;
        this.pool = pool;
    }

    /** Migrates the database and starts; when this returns, requests are answered. */
    public static Server start(Settings settings) {
        HikariDataSource pool = Database.open(settings.database());
        try {
            List<Class<?>> parts = new ArrayList<>(List.of(StoreBeans.class, WebBeans.class));
            if (settings.sides().contains(Side.COMMAND)) {
                parts.add(CommandSide.class);
            }
            if (settings.sides().contains(Side.QUERY)) {
                parts.add(QuerySide.class);
            }
            ConfigurableApplicationContext context = new SpringApplicationBuilder(parts.toArray(Class<?>[]::new))
                    .web(WebApplicationType.SERVLET)
                    .registerShutdownHook(false)
                    .properties(properties(settings))
                    .initializers(fresh -> ((GenericApplicationContext) fresh)
                            .registerBean(
                                    DataSource.class, () -> pool, definition -> definition.setDestroyMethodName("")))
                    .initializers(fresh -> registerAccessLog((GenericApplicationContext) fresh, settings.audited()))
                    .run();
            return new Server(context, pool);
        } catch (BeansException e) {
            pool.close();
            throw new IllegalStateException(reason(e), e);
        } catch (RuntimeException e) {
            pool.close();
            throw e;
        }
    }

    /** Which of our beans it was says nothing to whoever started it. */
    private static String reason(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof BeansException && cause != null
                ? reason(cause)
                : Objects.toString(failure.getMessage(), failure.toString());
    }

    private static void registerAccessLog(GenericApplicationContext fresh, Audited audited) {
        if (audited.reads()) {
            List<URI> commandSides = audited.commandSides();
            fresh.registerBean(
                    AccessLog.class,
                    () -> commandSides.isEmpty()
                            ? fresh.getBean(Accesses.class)::record
                            : new RemoteAccessLog(commandSides));
        }
    }

    /** Port on which REST answers. */
    public int port() {
        Environment environment = context.getEnvironment();
        return Integer.parseInt(environment.getProperty("local.server.port", "-1"));
    }

    /** Lets the agent with a key speak for a host, as an operator does. */
    public void enrol(HostId host, Fingerprint fingerprint) {
        PrincipalRef principal =
                context.getBean(Principals.class).ofProcess("iommu-ledger run").ref();
        context.getBean(Enrolments.class)
                .change(host, (enrolment, now) -> enrolment.enrol(fingerprint, principal, now));
    }

    /** Port at which agents dial in, -1 if there is none. */
    public int gatewayPort() {
        return context.getBean(GatewayServer.class).port();
    }

    @Override
    public void close() {
        context.close();
        pool.close();
    }

    private static AccessBeans.Sides sides(Set<Side> sides) {
        if (sides.size() > 1) {
            return AccessBeans.Sides.BOTH;
        }
        return sides.contains(Side.QUERY) ? AccessBeans.Sides.QUERY : AccessBeans.Sides.COMMAND;
    }

    private static Map<String, Object> properties(Settings settings) {
        Map<String, Object> properties = new HashMap<>();
        Rest rest = settings.rest();
        properties.put("server.port", rest.port());
        properties.put("server.address", rest.insecureListen().isEmpty() ? "127.0.0.1" : rest.insecureListen());
        properties.put("ledger.public-names", String.join(",", rest.publicNames()));
        properties.put("ledger.gateway.listen", settings.gatewayListen());
        properties.put("ledger.gateway.in-process", settings.gatewayName());
        properties.put("ledger.advertise", settings.advertise());
        if (settings.audited().reads()) {
            properties.put(AccessBeans.WANTED, sides(settings.sides()));
        }
        Signing signing = settings.signing();
        properties.put("ledger.proof.state", signing.state());
        properties.put("ledger.proof.name", signing.name());
        properties.put("ledger.proof.witnesses", String.join(" ", signing.witnesses()));
        properties.put("ledger.proof.every-events", signing.everyEvents());
        properties.put("ledger.proof.every-seconds", signing.everySeconds());
        return properties;
    }
}

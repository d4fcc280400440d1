package io.iommuledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.iommuledger.db.Database;
import io.iommuledger.db.EmbeddedServer;
import io.iommuledger.standalone.Server.Side;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A command side that cannot be reached must not lead. */
class PortTakenTest {

    @TempDir
    Path directory;

    @Test
    void whoCannotHaveItsPortsTakesNoLead() throws Exception {
        try (EmbeddedServer postgres = EmbeddedServer.start(directory);
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Server.Rest rest = new Server.Rest(taken.getLocalPort(), "", List.of());
            assertThatThrownBy(() -> start(postgres, rest, "127.0.0.1:0"))
                    .hasMessageContaining(Integer.toString(taken.getLocalPort()));
            assertThatThrownBy(() -> start(postgres, Server.Rest.local(), "127.0.0.1:" + taken.getLocalPort()))
                    .hasMessageContaining("agents cannot dial in at 127.0.0.1:" + taken.getLocalPort());
            assertThat(term(postgres.address())).isZero();
            try (Server server = start(postgres, Server.Rest.local(), "127.0.0.1:0")) {
                assertThat(server.gatewayPort()).isPositive();
                assertThat(term(postgres.address())).isOne();
            }
        }
    }

    private static Server start(EmbeddedServer postgres, Server.Rest rest, String gateway) {
        return Server.start(new Server.Settings(Set.of(Side.COMMAND), postgres.address(), rest, gateway, "", ""));
    }

    private static long term(Database.Address address) throws SQLException {
        Database.Login owner = address.owner().orElseThrow();
        try (Connection connection = DriverManager.getConnection(address.url(), owner.user(), owner.password());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT term FROM leadership")) {
            row.next();
            return row.getLong(1);
        }
    }
}

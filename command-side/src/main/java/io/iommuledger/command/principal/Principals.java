package io.iommuledger.command.principal;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Gives everybody who asks an id, and keeps the name that belongs to it beside the log, with a salt. */
@Component
public class Principals {
    private static final String UNAUTHENTICATED = "unauthenticated";
    private static final String COLUMNS =
            "SELECT id, kind, name, encode(salt, 'hex') AS salt, erased_by FROM principal ";
    private static final RowMapper<Principal> PRINCIPAL = (row, number) -> {
        String name = row.getString("name");
        return new Principal(
                row.getString("id"),
                row.getString("kind"),
                name == null ? Optional.empty() : Optional.of(new Principal.Name(name, row.getString("salt"))),
                Optional.ofNullable(row.getObject("erased_by", UUID.class)));
    };

    private final JdbcClient jdbc;

    public Principals(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Until log-in exists nobody is known by more than the address of the peer. */
    public Principal of(HttpServletRequest request) {
        return of(UNAUTHENTICATED, request.getRemoteAddr());
    }

    /** Who asked another process of the product, by the address that it saw. */
    public Principal ofPeer(String address) {
        return of(UNAUTHENTICATED, address);
    }

    /** A program of the product that decides something by itself. */
    public Principal ofProcess(String name) {
        return of("process", name);
    }

    /** Whose name was erased is not known by it any more: who comes under it again is somebody new. */
    private Principal of(String kind, String name) {
        Optional<Principal> known = find(kind, name);
        while (known.isEmpty()) {
            add(kind, name);
            // Empty if it is erased between the two.
            known = find(kind, name);
        }
        return known.get();
    }

    private void add(String kind, String name) {
        // The database makes the salt.
        jdbc.sql("INSERT INTO principal (id, kind, name) VALUES (:id, :kind, :name) ON CONFLICT (kind, name) DO"
                        + " NOTHING")
                .param("id", UUID.randomUUID().toString())
                .param("kind", kind)
                .param("name", name)
                .update();
    }

    private Optional<Principal> find(String kind, String name) {
        return jdbc.sql(COLUMNS + "WHERE kind = :kind AND name = :name")
                .param("kind", kind)
                .param("name", name)
                .query(PRINCIPAL)
                .optional();
    }

    public Optional<Principal> find(String id) {
        return jdbc.sql(COLUMNS + "WHERE id = :id")
                .param("id", id)
                .query(PRINCIPAL)
                .optional();
    }
}

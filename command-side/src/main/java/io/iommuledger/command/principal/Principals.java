package io.iommuledger.command.principal;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Gives everybody who asks an id, and keeps the name that belongs to it beside the log. */
@Component
public class Principals {
    private static final String UNAUTHENTICATED = "unauthenticated";

    private final JdbcClient jdbc;

    public Principals(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Until log-in exists nobody is known by more than the address of the peer. */
    public Principal of(HttpServletRequest request) {
        return of(UNAUTHENTICATED, request.getRemoteAddr());
    }

    /** A program of the product that decides something by itself. */
    public Principal ofProcess(String name) {
        return of("process", name);
    }

    private Principal of(String kind, String name) {
        jdbc.sql("INSERT INTO principal (id, kind, name) VALUES (:id, :kind, :name) ON CONFLICT (kind, name) DO"
                        + " NOTHING")
                .param("id", UUID.randomUUID().toString())
                .param("kind", kind)
                .param("name", name)
                .update();
        return jdbc.sql("SELECT id, kind, name FROM principal WHERE kind = :kind AND name = :name")
                .param("kind", kind)
                .param("name", name)
                .query(Principal.class)
                .single();
    }

    public Optional<Principal> find(String id) {
        return jdbc.sql("SELECT id, kind, name FROM principal WHERE id = :id")
                .param("id", id)
                .query(Principal.class)
                .optional();
    }
}

-- Who appends. The row says it; the advisory lock, which the leader's one appending session holds, makes it true.
CREATE TABLE leadership (
    only_row   boolean     PRIMARY KEY DEFAULT true CHECK (only_row),
    term       bigint      NOT NULL,
    leader     text        NOT NULL,
    backend    integer     NOT NULL,
    renewed_at timestamptz NOT NULL
);
INSERT INTO leadership (term, leader, backend, renewed_at) VALUES (0, '', 0, '-infinity');
COMMENT ON COLUMN leadership.term IS 'counts the changes of leader; an append of an older one is refused';

-- Tries to make the caller's session the leader. Says who leads: the caller if mine is true.
CREATE FUNCTION take_lead(candidate text, OUT mine boolean, OUT current_term bigint, OUT current_leader text,
        OUT silent_millis bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${flyway:defaultSchema}, pg_temp AS $$
BEGIN
    mine := pg_try_advisory_lock(hashtext('leadership'), 0);
    IF mine THEN
        UPDATE leadership SET term = term + 1, leader = candidate, backend = pg_backend_pid(),
            renewed_at = clock_timestamp();
    END IF;
    SELECT term, leader, least(extract(epoch FROM clock_timestamp() - greatest(renewed_at, '2000-01-01')) * 1000, 1e12)
        INTO current_term, current_leader, silent_millis FROM leadership;
END
$$;

CREATE FUNCTION renew_lead(of_term bigint) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = ${flyway:defaultSchema}, pg_temp AS $$
    UPDATE leadership SET renewed_at = clock_timestamp()
        WHERE term = of_term AND backend = pg_backend_pid() RETURNING true;
$$;

-- Ends the session that leads in a term, and no other: the process that is named must hold the lock.
CREATE FUNCTION end_lead(of_term bigint) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = ${flyway:defaultSchema}, pg_temp AS $$
    SELECT coalesce(bool_or(pg_terminate_backend(l.pid)), false) FROM leadership JOIN pg_locks l ON l.pid = backend
        WHERE term = of_term AND l.granted AND l.locktype = 'advisory' AND l.objsubid = 2
            AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND l.classid = (hashtext('leadership')::bigint & 4294967295)::oid AND l.objid = 0;
$$;

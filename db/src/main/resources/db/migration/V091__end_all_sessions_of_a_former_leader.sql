-- Ends the session that leads in a term, and no other process: the one that is named must hold the lock. With it go all other
-- sessions of that process, whose names end with the same id: one that is stopped amid a transaction keeps its rows locked, and
-- nobody could do its work.
CREATE OR REPLACE FUNCTION end_lead(of_term bigint) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = ${flyway:defaultSchema}, pg_temp AS $$
    WITH former AS (
        SELECT l.pid, a.usesysid, substring(a.application_name FROM ' [0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$') AS process
        FROM leadership JOIN pg_locks l ON l.pid = backend LEFT JOIN pg_stat_activity a ON a.pid = l.pid
        WHERE term = of_term AND l.granted AND l.locktype = 'advisory' AND l.objsubid = 2
            AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND l.classid = (hashtext('leadership')::bigint & 4294967295)::oid AND l.objid = 0),
    ending AS (
        SELECT pid FROM former
        UNION SELECT s.pid FROM former d JOIN pg_stat_activity s ON s.usesysid = d.usesysid
            AND s.datname = current_database() AND right(s.application_name, length(d.process)) = d.process)
    SELECT coalesce(bool_or(pg_terminate_backend(pid)), false) FROM ending;
$$;

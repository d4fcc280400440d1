-- A leader whose session is busy with an append cannot renew its lead, and is neither stopped nor cut off: the database
-- is slow. It is heard of as long as that session works, for as long as the leader itself waits for an answer (10 s), and
-- when the session had its last answer.
CREATE OR REPLACE FUNCTION take_lead(candidate text, OUT mine boolean, OUT current_term bigint, OUT current_leader text,
        OUT silent_millis bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${flyway:defaultSchema}, pg_temp AS $$
BEGIN
    mine := pg_try_advisory_lock(hashtext('leadership'), 0);
    IF mine THEN
        UPDATE leadership SET term = term + 1, leader = candidate, backend = pg_backend_pid(),
            renewed_at = clock_timestamp();
    END IF;
    SELECT l.term, l.leader,
            least(extract(epoch FROM clock_timestamp() - greatest(l.renewed_at, busy.heard_at, '2000-01-01')) * 1000, 1e12)
        INTO current_term, current_leader, silent_millis
        FROM leadership l LEFT JOIN LATERAL (
            SELECT CASE
                WHEN a.state = 'active' AND a.wait_event_type IS DISTINCT FROM 'Client'
                    AND a.query_start > clock_timestamp() - interval '10 seconds'
                THEN clock_timestamp() ELSE a.state_change END AS heard_at
            FROM pg_stat_activity a WHERE a.pid = l.backend) AS busy ON true;
END
$$;

-- The reason for which a principal's name must stay; null if there is none: a hold that nobody has released has a record
-- which names him. Agents' facts name nobody, and are passed over. An id, and a host, is found as text wherever it stands,
-- so that a hold may cover too much, and never too little. It is asked by the one that erases, and nobody else has to
-- remember it.
-- Each part is made once, and what has no hold is not looked for: else the whole log would be read, for every hold.
CREATE FUNCTION principal_held(id text) RETURNS text LANGUAGE sql STABLE AS $$
    WITH hold AS MATERIALIZED (SELECT * FROM live_hold),
    naming AS MATERIALIZED (
        SELECT position, stream, stored_at, payload FROM event_log
        WHERE EXISTS (SELECT FROM hold)
            AND (type = 'operation.requested' OR stream >= 'enrolment/' AND stream < 'enrolment0' OR stream = 'retention'
                OR stream >= 'erasure/' AND stream < 'erasure0')
            AND position(convert_to(principal_held.id, 'UTF8') IN payload) > 0
            -- That he is to be erased is no reason to keep him; that he decided about another one is.
            AND (stream NOT LIKE 'erasure/%' OR proto_text(payload, 3) = principal_held.id))
    SELECT format('hold %s has the record at position %s, which names the principal', h.hold, e.position)
    FROM hold h JOIN naming e
        ON e.position BETWEEN coalesce(h.from_position, 0) AND coalesce(h.to_position, 9223372036854775807)
            AND e.stored_at BETWEEN coalesce(h.from_nanos, 0) AND coalesce(h.to_nanos, 9223372036854775807)
            AND (h.hosts = '{}' OR split_part(e.stream, '/', 2) = ANY(h.hosts)
                OR EXISTS (SELECT FROM unnest(h.hosts) AS host
                    WHERE position(convert_to(host, 'UTF8') IN e.payload) > 0))
    ORDER BY e.position LIMIT 1
$$;

-- The only way to a principal's name and salt, and it takes them away: if the log has a request and an approval of the same
-- erasure by two principals, of which the second is not the one that is erased, no withdrawal, and nothing holds the name.
-- Once more changes nothing. It belongs to a role that has no other right than these, and nobody logs in as that.
CREATE FUNCTION erase_principal(of_erasure uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${flyway:defaultSchema}, pg_temp AS $$
DECLARE
    asked   bytea := (SELECT payload FROM event_log
        WHERE stream = 'erasure/' || of_erasure AND type = 'erasure.requested' ORDER BY sequence LIMIT 1);
    agreed  bytea := (SELECT payload FROM event_log
        WHERE stream = 'erasure/' || of_erasure AND type = 'erasure.approved' ORDER BY sequence LIMIT 1);
    whom    text := proto_text(asked, 5);
    asker   text := proto_text(asked, 3);
    agreer  text := proto_text(agreed, 3);
    reason  text;
BEGIN
    IF asked IS NULL OR agreed IS NULL THEN
        RAISE EXCEPTION 'the log has no request and approval of erasure %', of_erasure USING ERRCODE = 'LD010';
    END IF;
    IF EXISTS (SELECT FROM principal WHERE id = whom AND erased_by = of_erasure) THEN
        RETURN;
    END IF;
    IF whom IS NULL OR whom IS DISTINCT FROM proto_text(agreed, 5) OR asker IS NULL OR agreer IS NULL
            OR agreer IN (asker, whom) THEN
        RAISE EXCEPTION 'erasure % was not asked for and approved by two principals', of_erasure USING ERRCODE = 'LD011';
    END IF;
    IF EXISTS (SELECT FROM event_log WHERE stream = 'erasure/' || of_erasure AND type = 'erasure.withdrawn') THEN
        RAISE EXCEPTION 'erasure % was withdrawn', of_erasure USING ERRCODE = 'LD012';
    END IF;
    reason := principal_held(whom);
    IF reason IS NOT NULL THEN
        RAISE EXCEPTION '%', reason USING ERRCODE = 'LD013';
    END IF;
    UPDATE principal SET name = NULL, salt = NULL, erased_by = of_erasure WHERE id = whom AND erased_by IS NULL;
END
$$;

GRANT USAGE, CREATE ON SCHEMA "${flyway:defaultSchema}" TO "${eraser}";
ALTER FUNCTION erase_principal(uuid) OWNER TO "${eraser}";
REVOKE CREATE ON SCHEMA "${flyway:defaultSchema}" FROM "${eraser}";
GRANT SELECT ON event_log, live_hold TO "${eraser}";
GRANT SELECT (id, erased_by), UPDATE (name, salt, erased_by) ON principal TO "${eraser}";

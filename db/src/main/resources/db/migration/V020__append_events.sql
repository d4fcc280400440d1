-- The only way into the log. All of it or nothing is stored, numbered from the given position on.
CREATE FUNCTION append_events(of_term bigint, first_position bigint, streams text[], sequences bigint[],
        stream_types text[], types text[], revisions text[], stored_ats bigint[], event_ids uuid[], payloads bytea[],
        metadatas bytea[])
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${flyway:defaultSchema}, pg_temp AS $$
DECLARE
    head bigint := coalesce((SELECT max(position) FROM event), 0);
BEGIN
    IF NOT EXISTS (SELECT FROM leadership WHERE term = of_term AND backend = pg_backend_pid()) THEN
        RAISE EXCEPTION 'term % is over, or this session does not lead in it', of_term USING ERRCODE = 'LD001';
    END IF;
    IF first_position <> head + 1 THEN
        RAISE EXCEPTION 'position % does not follow %', first_position, head USING ERRCODE = 'LD002';
    END IF;
    INSERT INTO event (position, stream, sequence, stream_type, type, revision, stored_at, event_id, payload, metadata)
        SELECT first_position + n - 1, s, q, st, t, r, at, id, p, m
        FROM unnest(streams, sequences, stream_types, types, revisions, stored_ats, event_ids, payloads, metadatas)
            WITH ORDINALITY AS batch (s, q, st, t, r, at, id, p, m, n);
    PERFORM pg_notify('appended', (first_position + cardinality(sequences) - 1)::text);
END
$$;

CREATE VIEW event_log AS
    SELECT position, stream, sequence, stream_type, type, revision, stored_at, event_id, payload, metadata,
        batch_signature FROM event;
COMMENT ON VIEW event_log IS 'the log, for reading';

-- Who signed what. A row covers the facts of one batch as they came, which may begin before the ones that it brought; every
-- fact is covered by the row of the batch that brought it, the first one whose last sequence is not below its own.
CREATE TABLE batch_signature (
    stream         text COLLATE "C" NOT NULL,
    first_sequence bigint NOT NULL,
    last_sequence  bigint NOT NULL,
    key            text   NOT NULL,
    signature      bytea  NOT NULL,
    PRIMARY KEY (stream, last_sequence)
);
COMMENT ON TABLE batch_signature IS
    'verified when it was stored, and verifiable from the stored payloads alone; facts without a row are unsigned';
COMMENT ON COLUMN batch_signature.key IS 'fingerprint; the key itself is in an event of the stream enrolment/<host>';
COMMENT ON COLUMN batch_signature.signature IS
    'Ed25519 over "iommu-ledger batch v1", NUL and the SHA-256 of: length and bytes of the host''s id, epoch, first '
    'sequence, length and bytes of each payload, number of payloads; lengths and the number have 4 bytes, epoch and '
    'sequence 8, all big-endian';
CREATE TRIGGER batch_signature_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON batch_signature
    FOR EACH STATEMENT EXECUTE FUNCTION event_append_only();

CREATE OR REPLACE FUNCTION event_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP;
END
$$;

DROP VIEW event_log;
ALTER TABLE event DROP COLUMN batch_signature;
CREATE VIEW event_log AS
    SELECT position, stream, sequence, stream_type, type, revision, stored_at, event_id, payload, metadata,
        coalesce((SELECT first_sequence <= e.sequence FROM batch_signature b
            WHERE b.stream = e.stream AND b.last_sequence >= e.sequence ORDER BY b.last_sequence LIMIT 1), false)
            AS signed
    FROM event e;
COMMENT ON VIEW event_log IS 'the log, for reading; signed costs a look into another table, for who asks for it';

DROP FUNCTION append_events(bigint, bigint, text[], bigint[], text[], text[], text[], bigint[], uuid[], bytea[], bytea[]);

-- The only way into the log. All of it or nothing is stored, numbered from the given position on, with the signatures of
-- the batches that it came in.
CREATE FUNCTION append_events(of_term bigint, first_position bigint, streams text[], sequences bigint[],
        stream_types text[], types text[], revisions text[], stored_ats bigint[], event_ids uuid[], payloads bytea[],
        metadatas bytea[], signed_streams text[] DEFAULT '{}', signed_firsts bigint[] DEFAULT '{}',
        signed_lasts bigint[] DEFAULT '{}', signed_keys text[] DEFAULT '{}', signatures bytea[] DEFAULT '{}')
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
    IF cardinality(signed_streams) > 0 THEN
        INSERT INTO batch_signature (stream, first_sequence, last_sequence, key, signature)
            SELECT * FROM unnest(signed_streams, signed_firsts, signed_lasts, signed_keys, signatures);
    END IF;
    PERFORM pg_notify('appended', (first_position + cardinality(sequences) - 1)::text);
END
$$;

-- Payloads that are removed under a rule of retention. The place of the record stays, with the hash of its leaf, so that the
-- tree over the log still verifies. One function removes them, of a role that owns nothing else and nobody can be; it
-- believes nobody, and reads rules, holds and what is to go from the log itself.
CREATE TABLE removed_payload (
    position   bigint      PRIMARY KEY,
    leaf_hash  bytea       NOT NULL CHECK (octet_length(leaf_hash) = 32),
    rule       text        NOT NULL,
    removal    bigint      NOT NULL,
    removed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX removed_payload_removal ON removed_payload (removal);
COMMENT ON TABLE removed_payload IS 'what is left of a payload: records of event whose payload is empty';
COMMENT ON COLUMN removed_payload.leaf_hash IS 'of the record as it was, in the tree over the log';
COMMENT ON COLUMN removed_payload.removal IS 'position of the retention.removed that covers it';

-- Which events a class has: only such whose payload no state rests on.
CREATE TABLE retention_class (event_class text NOT NULL, type text NOT NULL, PRIMARY KEY (event_class, type));
INSERT INTO retention_class VALUES ('dma-faults', 'host.dma-faulted');

-- Finds what there is to remove. The list of types grows with retention_class.
CREATE INDEX event_removable ON event (position) WHERE type = 'host.dma-faulted' AND payload <> '';

CREATE OR REPLACE FUNCTION event_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- It may update the column of payloads alone.
    IF TG_TABLE_NAME = 'event' AND TG_OP = 'UPDATE' AND current_user = '${remover}' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP;
END
$$;
CREATE TRIGGER removed_payload_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON removed_payload
    FOR EACH STATEMENT EXECUTE FUNCTION event_append_only();

CREATE OR REPLACE VIEW event_log AS
    SELECT position, stream, sequence, stream_type, type, revision, stored_at, event_id, payload, metadata,
        coalesce((SELECT first_sequence <= e.sequence FROM batch_signature b
            WHERE b.stream = e.stream AND b.last_sequence >= e.sequence ORDER BY b.last_sequence LIMIT 1), false)
            AS signed,
        CASE WHEN payload = '' THEN (SELECT leaf_hash FROM removed_payload r WHERE r.position = e.position) END
            AS leaf_hash,
        CASE WHEN payload = '' THEN (SELECT rule FROM removed_payload r WHERE r.position = e.position) END
            AS removed_rule,
        CASE WHEN payload = '' THEN (SELECT removal FROM removed_payload r WHERE r.position = e.position) END
            AS removal
    FROM event e;

-- Protobuf, as far as the log's own events have it.
CREATE FUNCTION proto_varint_at(message bytea, place integer, OUT number bigint, OUT behind integer)
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    shift integer := 0;
    octet integer;
BEGIN
    number := 0;
    behind := place;
    LOOP
        octet := get_byte(message, behind);
        behind := behind + 1;
        number := number | ((octet & 127)::bigint << shift);
        EXIT WHEN octet < 128;
        shift := shift + 7;
        IF shift > 63 THEN
            RAISE EXCEPTION 'a number of more than 64 bits at byte %', place;
        END IF;
    END LOOP;
END
$$;

CREATE FUNCTION proto_fields(message bytea) RETURNS TABLE (field integer, number bigint, content bytea)
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    place integer := 0;
    tag bigint;
    length bigint;
BEGIN
    WHILE place < coalesce(octet_length(message), 0) LOOP
        SELECT v.number, v.behind INTO tag, place FROM proto_varint_at(message, place) v;
        field := (tag >> 3)::integer;
        number := NULL;
        content := NULL;
        IF tag & 7 = 0 THEN
            SELECT v.number, v.behind INTO number, place FROM proto_varint_at(message, place) v;
        ELSIF tag & 7 = 1 THEN
            number := 0;
            FOR i IN 0..7 LOOP
                number := number | (get_byte(message, place + i)::bigint << (8 * i));
            END LOOP;
            place := place + 8;
        ELSIF tag & 7 = 2 THEN
            SELECT v.number, v.behind INTO length, place FROM proto_varint_at(message, place) v;
            IF length < 0 OR place + length > octet_length(message) THEN
                RAISE EXCEPTION 'field % has % bytes, and the message ends before', field, length;
            END IF;
            content := substr(message, place + 1, length::integer);
            place := place + length::integer;
        ELSE
            RAISE EXCEPTION 'field % is of wire type %', field, tag & 7;
        END IF;
        RETURN NEXT;
    END LOOP;
END
$$;

-- Of a field that is there several times the last one, as protobuf has it; null if it is not there.
CREATE FUNCTION proto_content(message bytea, of_field integer) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT content FROM proto_fields(message) WITH ORDINALITY AS f (field, number, content, n)
        WHERE field = of_field ORDER BY n DESC LIMIT 1
$$;
CREATE FUNCTION proto_text(message bytea, of_field integer) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT convert_from(proto_content(message, of_field), 'UTF8')
$$;
CREATE FUNCTION proto_texts(message bytea, of_field integer) RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT coalesce(array_agg(convert_from(content, 'UTF8')), '{}') FROM proto_fields(message) WHERE field = of_field
$$;
CREATE FUNCTION proto_number(message bytea, of_field integer) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT number FROM proto_fields(message) WITH ORDINALITY AS f (field, number, content, n)
        WHERE field = of_field ORDER BY n DESC LIMIT 1
$$;

CREATE FUNCTION proto_varint(number bigint) RETURNS bytea LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    written bytea := '';
    rest bigint := number;
BEGIN
    WHILE rest >= 128 LOOP
        written := written || set_byte('\x00', 0, (rest & 127 | 128)::integer);
        rest := rest >> 7;
    END LOOP;
    RETURN written || set_byte('\x00', 0, rest::integer);
END
$$;

-- The leaf of a record in the tree: SHA-256 over a zero byte and the record as stored.proto has it.
CREATE FUNCTION record_leaf(at_position bigint, of_stream text, at_sequence bigint, of_type text, of_version text,
        nanos bigint, content bytea)
RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256('\x00'::bytea
        || CASE WHEN at_position = 0 THEN '' ELSE '\x08'::bytea || proto_varint(at_position) END
        || CASE WHEN of_stream = '' THEN ''
            ELSE '\x12'::bytea || proto_varint(octet_length(of_stream)) || convert_to(of_stream, 'UTF8') END
        || CASE WHEN at_sequence = 0 THEN '' ELSE '\x18'::bytea || proto_varint(at_sequence) END
        || CASE WHEN of_type = '' THEN ''
            ELSE '\x22'::bytea || proto_varint(octet_length(of_type)) || convert_to(of_type, 'UTF8') END
        || CASE WHEN coalesce(of_version, '') = '' THEN ''
            ELSE '\x2a'::bytea || proto_varint(octet_length(of_version)) || convert_to(of_version, 'UTF8') END
        || CASE WHEN nanos = 0 THEN ''
            ELSE '\x31'::bytea || (SELECT string_agg(substr(int8send(nanos), i, 1), '' ORDER BY i DESC)
                FROM generate_series(1, 8) AS i) END
        || CASE WHEN content = '' THEN ''
            ELSE '\x3a'::bytea || proto_varint(octet_length(content)) || content END)
$$;

-- Holds that nobody has released, as the log has them. Null: that side is not bounded.
CREATE VIEW live_hold AS
    SELECT proto_text(told, 1) AS hold, proto_texts(told, 3) AS hosts, proto_number(told, 4) AS from_position,
        proto_number(told, 5) AS to_position, proto_number(told, 6) AS from_nanos, proto_number(told, 7) AS to_nanos
    FROM (SELECT proto_content(payload, 5) AS told FROM event
        WHERE stream = 'retention' AND type = 'retention.hold-placed') AS placed
    WHERE NOT EXISTS (SELECT FROM event r WHERE r.stream = 'retention' AND r.type = 'retention.hold-released'
        AND proto_content(proto_content(r.payload, 6), 1) = proto_content(told, 1));

-- Removes the payloads that a retention.removed says go: all of them, or none and why. What is gone already is passed over.
CREATE FUNCTION erase_payloads(of_removal bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${flyway:defaultSchema}, pg_temp AS $$
DECLARE
    told bytea := (SELECT proto_content(payload, 7) FROM event
        WHERE position = of_removal AND stream = 'retention' AND type = 'retention.removed');
    by_rule text := proto_text(told, 1);
    rule_told bytea;
    keep bigint;
    holds live_hold[] := (SELECT array_agg(h) FROM live_hold h);
    stopped text;
    one record;
    erased bigint := 0;
BEGIN
    IF told IS NULL THEN
        RAISE EXCEPTION 'position % has no retention.removed', of_removal USING ERRCODE = 'LD021';
    END IF;
    -- What goes is before it; so all of it is in a tree that was signed while it was there.
    IF of_removal > coalesce((SELECT max(size) FROM checkpoint), 0) THEN
        RAISE EXCEPTION 'no signed checkpoint has the removal at position % yet', of_removal USING ERRCODE = 'LD022';
    END IF;
    SELECT proto_content(payload, 3) INTO rule_told FROM event
        WHERE stream = 'retention' AND type IN ('retention.rule-set', 'retention.rule-removed')
            AND coalesce(proto_text(proto_content(payload, 3), 1), proto_text(proto_content(payload, 4), 1)) = by_rule
        ORDER BY position DESC LIMIT 1;
    IF rule_told IS NULL THEN
        RAISE EXCEPTION 'rule ''%'' is not in force', by_rule USING ERRCODE = 'LD023';
    END IF;
    keep := coalesce(proto_number(rule_told, 3), 0);
    IF keep NOT BETWEEN 86400 AND 6307200000 THEN
        RAISE EXCEPTION 'rule ''%'' keeps for % s; nothing goes before 86400 s', by_rule, keep USING ERRCODE = 'LD023';
    END IF;
    FOR one IN
        SELECT e.position, e.stream, e.sequence, e.type, e.revision, e.stored_at, e.payload,
            substr(t.hashes, ((e.position - 1) % 256 * 32 + 1)::integer, 32) AS leaf
        FROM string_to_table(proto_text(told, 2), ',') AS part
            JOIN event e ON e.position BETWEEN split_part(part, '-', 1)::bigint
                AND coalesce(nullif(split_part(part, '-', 2), ''), part)::bigint
            LEFT JOIN tree_tile t ON t.level = 0 AND t.index = (e.position - 1) / 256
        WHERE NOT EXISTS (SELECT FROM removed_payload r WHERE r.position = e.position)
        ORDER BY e.position
    LOOP
        SELECT h.hold INTO stopped FROM unnest(holds) AS h
            WHERE (h.hosts = '{}' OR split_part(one.stream, '/', 2) = ANY(h.hosts))
                AND one.position >= coalesce(h.from_position, one.position)
                AND one.position <= coalesce(h.to_position, one.position)
                AND one.stored_at >= coalesce(h.from_nanos, one.stored_at)
                AND one.stored_at <= coalesce(h.to_nanos, one.stored_at) LIMIT 1;
        IF stopped IS NOT NULL THEN
            RAISE EXCEPTION 'position % is under hold %', one.position, stopped USING ERRCODE = 'LD024';
        END IF;
        IF one.position >= of_removal THEN
            RAISE EXCEPTION 'position % is not before the removal', one.position USING ERRCODE = 'LD025';
        END IF;
        IF NOT EXISTS (SELECT FROM retention_class c
                WHERE c.event_class = proto_text(rule_told, 2) AND c.type = one.type) THEN
            RAISE EXCEPTION 'position % is of type %, which rule ''%'' is not about', one.position, one.type, by_rule
                USING ERRCODE = 'LD025';
        END IF;
        IF NOT EXISTS (SELECT FROM event n WHERE n.stream = one.stream AND n.sequence > one.sequence) THEN
            RAISE EXCEPTION 'position % is the newest record of its stream, by which its agent is known', one.position
                USING ERRCODE = 'LD025';
        END IF;
        IF one.stored_at > extract(epoch FROM clock_timestamp())::bigint * 1000000000 - keep * 1000000000 THEN
            RAISE EXCEPTION 'position % is kept for % s, and was stored later', one.position, keep
                USING ERRCODE = 'LD025';
        END IF;
        IF one.leaf IS DISTINCT FROM record_leaf(one.position, one.stream, one.sequence, one.type, one.revision,
                one.stored_at, one.payload) THEN
            RAISE EXCEPTION 'position % is not the record that the tree has', one.position USING ERRCODE = 'LD026';
        END IF;
        INSERT INTO removed_payload (position, leaf_hash, rule, removal)
            VALUES (one.position, one.leaf, by_rule, of_removal);
        UPDATE event SET payload = '' WHERE position = one.position;
        -- The rows that were made from it, in both sets. One that has not come so far passes the record over by itself.
        DELETE FROM dma_fault f WHERE f.host = split_part(one.stream, '/', 2) AND f.position = one.position;
        IF FOUND THEN
            INSERT INTO fact_gap (host, position, ordinal, epoch, facts, cause, why)
                SELECT split_part(one.stream, '/', 2), one.position, coalesce(max(g.ordinal) + 1, 0),
                    split_part(one.stream, '/', 3)::bigint, 1, 'REMOVED', 'its payload was removed'
                FROM fact_gap g WHERE g.host = split_part(one.stream, '/', 2) AND g.position = one.position;
        END IF;
        DELETE FROM projection_b.dma_fault f WHERE f.host = split_part(one.stream, '/', 2) AND f.position = one.position;
        IF FOUND THEN
            INSERT INTO projection_b.fact_gap (host, position, ordinal, epoch, facts, cause, why)
                SELECT split_part(one.stream, '/', 2), one.position, coalesce(max(g.ordinal) + 1, 0),
                    split_part(one.stream, '/', 3)::bigint, 1, 'REMOVED', 'its payload was removed'
                FROM projection_b.fact_gap g WHERE g.host = split_part(one.stream, '/', 2) AND g.position = one.position;
        END IF;
        erased := erased + 1;
    END LOOP;
    RETURN erased;
END
$$;

GRANT USAGE ON SCHEMA "${flyway:defaultSchema}", projection_b TO "${remover}";
GRANT SELECT ON event, checkpoint, tree_tile, retention_class, live_hold TO "${remover}";
GRANT UPDATE (payload) ON event TO "${remover}";
GRANT SELECT, INSERT ON removed_payload TO "${remover}";
GRANT SELECT, DELETE ON dma_fault, projection_b.dma_fault TO "${remover}";
GRANT SELECT, INSERT ON fact_gap, projection_b.fact_gap TO "${remover}";
REVOKE ALL ON FUNCTION erase_payloads(bigint) FROM PUBLIC;
GRANT CREATE ON SCHEMA "${flyway:defaultSchema}" TO "${remover}";
ALTER FUNCTION erase_payloads(bigint) OWNER TO "${remover}";
REVOKE CREATE ON SCHEMA "${flyway:defaultSchema}" FROM "${remover}";

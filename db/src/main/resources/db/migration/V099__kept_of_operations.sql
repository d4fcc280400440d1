-- Requests of operations that have ended can go too: who asked whom for what is kept beside the log, in the place of the payload, for
-- it is what operations, and who mapped what, are told by. It is made of the payload by the function that removes it, and its bytes
-- are in the digest of the event that says that the payload goes.
ALTER TABLE removed_payload ADD COLUMN kept bytea;
COMMENT ON COLUMN removed_payload.kept IS 'of a record of an operation: the OperationEvent that stays of its payload';

INSERT INTO retention_class VALUES ('operations', 'operation.requested'), ('operations', 'operation.list-part');

-- Finds what there is to remove.
CREATE INDEX event_removable_request ON event (position)
    WHERE type IN ('operation.requested', 'operation.list-part') AND payload <> '';

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
            AS removal,
        CASE WHEN payload = '' THEN (SELECT kept FROM removed_payload r WHERE r.position = e.position) END AS kept
    FROM event e;

-- A field of a message; nothing, if it is its type's zero.
CREATE FUNCTION proto_field(of_field integer, content bytea) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN coalesce(octet_length(content), 0) = 0 THEN ''::bytea
        ELSE proto_varint(of_field << 3 | 2) || proto_varint(octet_length(content)) || content END
$$;
CREATE FUNCTION proto_field(of_field integer, number bigint) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN coalesce(number, 0) = 0 THEN ''::bytea
        ELSE proto_varint(of_field << 3) || proto_varint(number) END
$$;

-- A record as stored.proto has it, up to its payload.
CREATE FUNCTION record_head(at_position bigint, of_stream text, at_sequence bigint, of_type text, of_version text,
        nanos bigint)
RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT proto_field(1, at_position) || proto_field(2, convert_to(of_stream, 'UTF8')) || proto_field(3, at_sequence)
        || proto_field(4, convert_to(of_type, 'UTF8')) || proto_field(5, convert_to(of_version, 'UTF8'))
        || CASE WHEN nanos = 0 THEN ''
            ELSE '\x31'::bytea || (SELECT string_agg(substr(int8send(nanos), i, 1), '' ORDER BY i DESC)
                FROM generate_series(1, 8) AS i) END
$$;

CREATE OR REPLACE FUNCTION record_leaf(at_position bigint, of_stream text, at_sequence bigint, of_type text, of_version text,
        nanos bigint, content bytea)
RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256('\x00'::bytea || record_head(at_position, of_stream, at_sequence, of_type, of_version, nanos)
        || proto_field(7, content))
$$;

-- As OperationCodec.kept has it, byte for byte.
CREATE FUNCTION operation_kept(of_type text, payload bytea) RETURNS bytea LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    operation bytea := proto_field(1, proto_content(payload, 1));
    asked bytea := proto_content(payload, 2);
    kept bytea;
BEGIN
    IF of_type = 'operation.list-part' THEN
        RETURN operation || '\x2a00';
    END IF;
    kept := proto_field(1, proto_content(asked, 1))
        || proto_field(2, proto_number(asked, 2))
        || proto_field(3, proto_content(asked, 3))
        || proto_field(4, (SELECT f.field::bigint FROM proto_fields(proto_content(asked, 4))
            WITH ORDINALITY AS f (field, number, content, n) ORDER BY n DESC LIMIT 1))
        || proto_field(5, proto_content(asked, 6));
    RETURN operation || '\x32' || proto_varint(octet_length(kept)) || kept;
END
$$;

-- The reason for which a principal's name must stay; null if there is none: a hold that nobody has released has a record
-- which names him. Agents' facts name nobody, and are passed over. An id, and a host, is found as text wherever it stands,
-- so that a hold may cover too much, and never too little. It is asked by the one that erases, and nobody else has to
-- remember it.
-- Each part is made once, and what has no hold is not looked for: else the whole log would be read, for every hold.
CREATE OR REPLACE FUNCTION principal_held(id text) RETURNS text LANGUAGE sql STABLE AS $$
    WITH hold AS MATERIALIZED (SELECT * FROM live_hold),
    naming AS MATERIALIZED (
        SELECT position, stream, stored_at, coalesce(kept, payload) AS payload FROM event_log
        WHERE EXISTS (SELECT FROM hold)
            AND (type = 'operation.requested' OR stream >= 'enrolment/' AND stream < 'enrolment0' OR stream = 'retention'
                OR stream >= 'erasure/' AND stream < 'erasure0' OR stream >= 'access/' AND stream < 'access0')
            AND position(convert_to(principal_held.id, 'UTF8') IN coalesce(kept, payload)) > 0
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

-- Removes the payloads that a retention.removed says go: all of them, or none and why. What is gone already is passed over.
CREATE OR REPLACE FUNCTION erase_payloads_now(of_removal bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${flyway:defaultSchema}, pg_temp AS $$
DECLARE
    told bytea := (SELECT proto_content(payload, 7) FROM event
        WHERE position = of_removal AND stream = 'retention' AND type = 'retention.removed');
    by_rule text := proto_text(told, 1);
    rule_told bytea;
    keep bigint;
    kept_since bigint;
    holds live_hold[];
    stopped text;
    one record;
    of_class text;
    horizon_told bytea;
    horizon_event bigint;
    horizon_at bigint;
    -- How far a horizon reaches, the one in force or the one that comes into force.
    reach bigint := coalesce((SELECT max(position) FROM horizon), 0);
    moves boolean := false;
    places bigint[] := '{}';
    streams text[] := '{}';
    types text[] := '{}';
    leaves bytea[] := '{}';
    keeps bytea[] := '{}';
    rows bigint;
    others bigint;
BEGIN
    -- Whoever places a hold waits for this lock before he says that it is in force; so does who ends a rule.
    PERFORM pg_advisory_xact_lock(hashtext('retention'), 0);
    holds := (SELECT array_agg(h) FROM live_hold h);
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
    kept_since := extract(epoch FROM clock_timestamp())::bigint * 1000000000 - keep * 1000000000;
    of_class := proto_text(rule_told, 2);
    IF of_class = 'history' AND EXISTS (SELECT FROM string_to_table(proto_text(told, 2), ',') AS part
            WHERE coalesce(nullif(split_part(part, '-', 2), ''), part)::bigint > reach) THEN
        -- It is before the removal, which is signed for, and so is it.
        SELECT position, proto_content(payload, 8) INTO horizon_event, horizon_told FROM event
            WHERE stream = 'retention' AND type = 'retention.horizon-set' AND position < of_removal
            ORDER BY position DESC LIMIT 1;
        IF horizon_told IS NULL THEN
            RAISE EXCEPTION 'before position % no horizon is set', of_removal USING ERRCODE = 'LD027';
        END IF;
        horizon_at := proto_number(horizon_told, 1);
        moves := horizon_at > reach;
        IF moves THEN
            PERFORM horizon_may_move(horizon_event, horizon_told, by_rule, kept_since, holds);
            reach := horizon_at;
        END IF;
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
            -- What is none of a host may be about any of them.
            WHERE (h.hosts = '{}' OR one.stream NOT LIKE 'host/%' OR split_part(one.stream, '/', 2) = ANY(h.hosts))
                AND one.position >= coalesce(h.from_position, one.position)
                AND one.position <= coalesce(h.to_position, one.position)
                AND one.stored_at >= coalesce(h.from_nanos, one.stored_at)
                AND one.stored_at <= coalesce(h.to_nanos, one.stored_at) LIMIT 1;
        IF NOT FOUND AND of_class = 'operations' THEN
            -- Parts of a request are held with it.
            SELECT h.hold INTO stopped FROM unnest(holds) AS h JOIN event r
                ON r.stream = one.stream AND r.type = 'operation.requested' AND r.sequence > one.sequence
                WHERE r.position >= coalesce(h.from_position, r.position)
                    AND r.position <= coalesce(h.to_position, r.position)
                    AND r.stored_at >= coalesce(h.from_nanos, r.stored_at)
                    AND r.stored_at <= coalesce(h.to_nanos, r.stored_at) LIMIT 1;
        END IF;
        IF FOUND THEN
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
        IF of_class = 'operations' AND (one.stream NOT LIKE 'operation/%' OR NOT EXISTS (
                SELECT FROM event r JOIN event n ON n.stream = r.stream AND n.sequence > r.sequence
                WHERE r.stream = one.stream AND r.sequence >= one.sequence
                    AND r.type = 'operation.requested' AND n.type = 'operation.ended')) THEN
            RAISE EXCEPTION 'position % is of no request of an operation that has ended', one.position
                USING ERRCODE = 'LD025';
        END IF;
        IF of_class = 'history' AND (one.position > reach OR one.stream NOT LIKE 'host/%') THEN
            RAISE EXCEPTION 'position % is not of a host up to the horizon at position %', one.position, reach
                USING ERRCODE = 'LD025';
        END IF;
        IF one.stored_at > kept_since THEN
            RAISE EXCEPTION 'position % is kept for % s, and was stored later', one.position, keep
                USING ERRCODE = 'LD025';
        END IF;
        IF one.leaf IS DISTINCT FROM record_leaf(one.position, one.stream, one.sequence, one.type, one.revision,
                one.stored_at, one.payload) THEN
            RAISE EXCEPTION 'position % is not the record that the tree has', one.position USING ERRCODE = 'LD026';
        END IF;
        places := array_append(places, one.position);
        streams := array_append(streams, one.stream);
        types := array_append(types, one.type);
        leaves := array_append(leaves, one.leaf);
        keeps := array_append(keeps, CASE WHEN of_class = 'operations' THEN operation_kept(one.type, one.payload) END);
    END LOOP;
    -- All of it may go.
    INSERT INTO removed_payload (position, stream, type, leaf_hash, rule, removal, kept)
        SELECT place, its_stream, its_type, leaf, by_rule, of_removal, stays
        FROM unnest(places, streams, types, leaves, keeps) AS gone (place, its_stream, its_type, leaf, stays);
    UPDATE event SET payload = '' WHERE position = ANY(places);
    -- What is left is what was signed for, or all of it stays.
    IF places <> '{}' AND proto_content(told, 4) IS DISTINCT FROM (
            SELECT sha256(string_agg(sha256(record_head(e.position, e.stream, e.sequence, e.type, e.revision, e.stored_at)
                || proto_field(8, r.leaf_hash) || proto_field(9, r.kept)), ''::bytea ORDER BY e.position))
            FROM string_to_table(proto_text(told, 2), ',') AS part
                JOIN event e ON e.position BETWEEN split_part(part, '-', 1)::bigint
                    AND coalesce(nullif(split_part(part, '-', 2), ''), part)::bigint
                LEFT JOIN removed_payload r ON r.position = e.position) THEN
        RAISE EXCEPTION 'what would be left of positions % is not what the event has the digest of', proto_text(told, 2)
            USING ERRCODE = 'LD026';
    END IF;
    -- The rows that were made from it, in both sets. One that has not come so far passes the record over by itself.
    DELETE FROM dma_fault f USING unnest(places, streams) AS gone (place, its_stream)
        WHERE f.host = split_part(its_stream, '/', 2) AND f.position = place;
    GET DIAGNOSTICS rows = ROW_COUNT;
    DELETE FROM projection_b.dma_fault f USING unnest(places, streams) AS gone (place, its_stream)
        WHERE f.host = split_part(its_stream, '/', 2) AND f.position = place;
    GET DIAGNOSTICS others = ROW_COUNT;
    IF moves THEN
        INSERT INTO horizon (position, event, rule, fold, snapshot, parts, removal)
            VALUES (horizon_at, horizon_event, by_rule, proto_number(horizon_told, 3),
                proto_text(horizon_told, 4)::uuid, proto_number(horizon_told, 5), of_removal);
        PERFORM horizon_forget('${flyway:defaultSchema}', horizon_at);
        PERFORM horizon_forget('projection_b', horizon_at);
        -- How everything stood at an earlier one would show what was to be removed since.
        PERFORM horizon_drop_unused();
    END IF;
    IF moves OR rows + others > 0 OR of_class = 'operations' AND places <> '{}' THEN
        -- What was answered of these places is not what is answered now.
        UPDATE projection SET revision = revision + 1;
    END IF;
    RETURN cardinality(places);
END
$$;

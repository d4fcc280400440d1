-- Removals, erasures, rules and holds wait for one lock, so that none is decided on what another one is changing; a removal checks
-- all that goes before it writes, and then writes it as one.
ALTER TABLE removed_payload ADD COLUMN stream text;
ALTER TABLE removed_payload DISABLE TRIGGER removed_payload_append_only;
UPDATE removed_payload r SET stream = e.stream FROM event e WHERE e.position = r.position;
ALTER TABLE removed_payload ENABLE TRIGGER removed_payload_append_only;
ALTER TABLE removed_payload ALTER COLUMN stream SET NOT NULL;
CREATE INDEX removed_payload_stream ON removed_payload (stream, position);

-- Removes the payloads that a retention.removed says go: all of them, or none and why. What is gone already is passed over.
CREATE OR REPLACE FUNCTION erase_payloads(of_removal bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${flyway:defaultSchema}, pg_temp AS $$
DECLARE
    told bytea := (SELECT proto_content(payload, 7) FROM event
        WHERE position = of_removal AND stream = 'retention' AND type = 'retention.removed');
    by_rule text := proto_text(told, 1);
    rule_told bytea;
    keep bigint;
    holds live_hold[];
    stopped text;
    one record;
    places bigint[] := '{}';
    streams text[] := '{}';
    leaves bytea[] := '{}';
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
        IF one.stored_at > extract(epoch FROM clock_timestamp())::bigint * 1000000000 - keep * 1000000000 THEN
            RAISE EXCEPTION 'position % is kept for % s, and was stored later', one.position, keep
                USING ERRCODE = 'LD025';
        END IF;
        IF one.leaf IS DISTINCT FROM record_leaf(one.position, one.stream, one.sequence, one.type, one.revision,
                one.stored_at, one.payload) THEN
            RAISE EXCEPTION 'position % is not the record that the tree has', one.position USING ERRCODE = 'LD026';
        END IF;
        places := array_append(places, one.position);
        streams := array_append(streams, one.stream);
        leaves := array_append(leaves, one.leaf);
    END LOOP;
    -- All of it may go.
    INSERT INTO removed_payload (position, stream, leaf_hash, rule, removal)
        SELECT place, its_stream, leaf, by_rule, of_removal
        FROM unnest(places, streams, leaves) AS gone (place, its_stream, leaf);
    UPDATE event SET payload = '' WHERE position = ANY(places);
    -- The rows that were made from it, in both sets. One that has not come so far passes the record over by itself.
    DELETE FROM dma_fault f USING unnest(places, streams) AS gone (place, its_stream)
        WHERE f.host = split_part(its_stream, '/', 2) AND f.position = place;
    GET DIAGNOSTICS rows = ROW_COUNT;
    DELETE FROM projection_b.dma_fault f USING unnest(places, streams) AS gone (place, its_stream)
        WHERE f.host = split_part(its_stream, '/', 2) AND f.position = place;
    GET DIAGNOSTICS others = ROW_COUNT;
    IF rows + others > 0 THEN
        -- What was answered of these places is not what is answered now.
        UPDATE projection SET revision = revision + 1;
    END IF;
    RETURN cardinality(places);
END
$$;

REVOKE SELECT, INSERT ON fact_gap, projection_b.fact_gap FROM "${remover}";
GRANT SELECT (revision), UPDATE (revision) ON projection TO "${remover}";

-- The reason for which a principal's name must stay; null if there is none: a hold that nobody has released has a record
-- which names him. Agents' facts name nobody, and are passed over. An id, and a host, is found as text wherever it stands,
-- so that a hold may cover too much, and never too little. It is asked by the one that erases, and nobody else has to
-- remember it.
-- Each part is made once, and what has no hold is not looked for: else the whole log would be read, for every hold.
CREATE OR REPLACE FUNCTION principal_held(id text) RETURNS text LANGUAGE sql STABLE AS $$
    WITH hold AS MATERIALIZED (SELECT * FROM live_hold),
    naming AS MATERIALIZED (
        SELECT position, stream, stored_at, payload FROM event_log
        WHERE EXISTS (SELECT FROM hold)
            AND (type = 'operation.requested' OR stream >= 'enrolment/' AND stream < 'enrolment0' OR stream = 'retention'
                OR stream >= 'erasure/' AND stream < 'erasure0' OR stream >= 'access/' AND stream < 'access0')
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
CREATE OR REPLACE FUNCTION erase_principal(of_erasure uuid) RETURNS void
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
    -- Whoever places a hold waits for this lock before he says that it is in force.
    PERFORM pg_advisory_xact_lock(hashtext('retention'), 0);
    reason := principal_held(whom);
    IF reason IS NOT NULL THEN
        RAISE EXCEPTION '%', reason USING ERRCODE = 'LD013';
    END IF;
    UPDATE principal SET name = NULL, salt = NULL, erased_by = of_erasure WHERE id = whom AND erased_by IS NULL;
END
$$;

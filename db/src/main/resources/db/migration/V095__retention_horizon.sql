-- Payloads that state rests on, removed up to a horizon: how everything stood there is stored first, and the digest of that is
-- in an event that is signed for. Folds and rebuilds go on from it. What had ended by then is forgotten; what stands keeps all
-- of its life, for what is answered of it rests on that.
CREATE TABLE horizon_state (
    snapshot  uuid        NOT NULL,
    part      integer     NOT NULL,
    position  bigint      NOT NULL,
    host      text        NOT NULL,
    of_rows   boolean     NOT NULL,
    content   bytea       NOT NULL,
    stored_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (snapshot, part)
);
CREATE INDEX horizon_state_host ON horizon_state (snapshot, of_rows, host, part);
COMMENT ON TABLE horizon_state IS 'how everything stood at a position, in parts: HorizonPart of horizon.proto';
COMMENT ON COLUMN horizon_state.position IS 'of the horizon';
COMMENT ON COLUMN horizon_state.of_rows IS 'whether it has rows of the projection, and nothing of the fold';

CREATE TABLE horizon (
    position bigint      PRIMARY KEY,
    event    bigint      NOT NULL,
    rule     text        NOT NULL,
    fold     integer     NOT NULL,
    snapshot uuid        NOT NULL,
    parts    integer     NOT NULL,
    removal  bigint      NOT NULL,
    since    timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE horizon IS 'horizons up to which payloads were removed; the highest is in force';
COMMENT ON COLUMN horizon.event IS 'position of the retention.horizon-set';
COMMENT ON COLUMN horizon.parts IS 'of horizon_state: whoever adds more of the snapshot adds nothing to the state';
COMMENT ON COLUMN horizon.removal IS 'position of the first retention.removed that was done by it';
CREATE TRIGGER horizon_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON horizon
    FOR EACH STATEMENT EXECUTE FUNCTION event_append_only();

-- Until now nothing else could go.
ALTER TABLE removed_payload ADD COLUMN type text NOT NULL DEFAULT 'host.dma-faulted';
ALTER TABLE removed_payload ALTER COLUMN type DROP DEFAULT;
CREATE INDEX removed_payload_fault ON removed_payload (stream, position) WHERE type = 'host.dma-faulted';

ALTER TABLE rebuild ADD COLUMN horizon bigint;
COMMENT ON COLUMN rebuild.horizon IS 'position of the horizon that it began at; null: at the first event';

INSERT INTO retention_class (event_class, type) SELECT 'history', unnest(ARRAY[
    'context.close-requested', 'context.closed', 'context.open-requested', 'context.opened',
    'device.memory-decoding-changed', 'device.memory-decoding-requested', 'device.open-requested', 'device.opened',
    'device.power-changed', 'device.power-requested', 'device.release-requested', 'device.released',
    'episode.withdrawal-abandoned', 'episode.withdrawal-began', 'group.attach-requested', 'group.attached',
    'group.busy', 'group.detach-requested', 'group.detached', 'group.free', 'host.device-discovered',
    'host.dma-faulted', 'host.epoch-began', 'host.epoch-ended', 'host.facts-lost', 'host.faults-missed',
    'host.instruction-ended', 'host.intent-resolved', 'host.journal-damaged', 'host.list-part',
    'host.policies-changed', 'host.unknown', 'kernel.not-asked', 'kernel.refused',
    'mapping.access-change-requested', 'mapping.access-changed', 'mapping.frames-read', 'mapping.map-requested',
    'mapping.mapped', 'mapping.restore-requested', 'mapping.unmap-fell-short', 'mapping.unmap-requested',
    'mapping.unmapped', 'region.allocated', 'region.free-requested', 'region.freed', 'region.requested',
    'reset.finished', 'reset.requested']);

-- Condition on rows t of a table of the projection that were there at a position, $1: whether they are kept when it becomes a
-- horizon. Of what stands there, all; of what is no thing that stands, the newest.
CREATE FUNCTION horizon_keeps(in_schema text, of_table text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT replace(CASE of_table
        WHEN 'host_interval' THEN 't.end_position IS NULL OR t.end_position > $1'
        WHEN 'fact_time' THEN 't.position = (SELECT max(s.position) FROM {}.fact_time s'
            ' WHERE s.host = t.host AND s.position <= $1)'
        WHEN 'fact_gap' THEN 'true'
        WHEN 'finding' THEN 'false'
        WHEN 'dma_fault' THEN 'false'
        ELSE 'EXISTS (SELECT FROM {}.' || CASE WHEN of_table IN ('frame_run', 'mapping_frames')
                THEN 'mapping_interval' ELSE of_table END
            || ' s WHERE s.host = t.host AND s.epoch = t.epoch AND '
            || CASE of_table
                WHEN 'device_interval' THEN 's.address = t.address'
                WHEN 'region_interval' THEN 's.name = t.name'
                WHEN 'frame_run' THEN 's.number = t.mapping'
                WHEN 'mapping_frames' THEN 's.number = t.mapping'
                ELSE 's.number = t.number' END
            || ' AND s.begin_position <= $1 AND (s.end_position IS NULL OR s.end_position > $1))'
            -- An episode that goes on is told with all that it did.
            || CASE of_table WHEN 'mapping_interval' THEN
                ' OR EXISTS (SELECT FROM {}.mapping_interval s'
                ' WHERE s.host = t.host AND s.epoch = t.epoch AND s.number = t.number AND s.begin_position <= $1'
                ' AND s.episode IN (SELECT e.host || ''.'' || e.epoch || ''-r'' || e.number FROM {}.episode_interval e'
                ' WHERE e.begin_position <= $1 AND (e.end_position IS NULL OR e.end_position > $1)))' ELSE '' END
        END, '{}', quote_ident(in_schema))
$$;

-- Where a row of the table begins.
CREATE FUNCTION horizon_place(of_table text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN of_table LIKE '%\_interval' OR of_table = 'frame_run' THEN 't.begin_position' ELSE 't.position' END
$$;

-- Rows of a host as they stood at a position, with what became known only later undone, table by table and by key.
CREATE FUNCTION horizon_rows(in_schema text, at_position bigint, of_host text)
RETURNS TABLE (of_table text, columns jsonb) LANGUAGE plpgsql STABLE AS $$
BEGIN
    FOREACH of_table IN ARRAY ARRAY['host_interval', 'device_interval', 'context_interval', 'mapping_interval',
            'episode_interval', 'region_interval', 'mapping_frames', 'frame_run', 'fact_time', 'fact_gap'] LOOP
        RETURN QUERY EXECUTE format(
            'SELECT %L, to_jsonb(t) - ARRAY[''life_node'', ''iova_node'', ''physical_node'']'
            || CASE
                WHEN of_table LIKE '%\_interval' THEN ' || CASE WHEN t.end_position > $1'
                    ' THEN ''{"end_position":null,"end_nanos":null}'' ELSE ''{}'' END::jsonb'
                WHEN of_table = 'frame_run' THEN ' || CASE WHEN t.end_position > $1'
                    ' THEN ''{"end_position":null}'' ELSE ''{}'' END::jsonb'
                ELSE '' END
            || CASE of_table WHEN 'mapping_interval' THEN ' || CASE WHEN t.exposure_bound_position > $1'
                ' THEN ''{"exposure_began_not_after":null,"exposure_bound_position":null}'' ELSE ''{}'' END::jsonb'
                ELSE '' END
            || ' FROM %I.%I t WHERE t.host = $2 AND %s <= $1 AND (%s) ORDER BY %s',
            of_table, in_schema, of_table, horizon_place(of_table), horizon_keeps(in_schema, of_table),
            CASE of_table
                WHEN 'host_interval' THEN 't.begin_position'
                WHEN 'device_interval' THEN 't.epoch, t.address, t.begin_position'
                WHEN 'region_interval' THEN 't.epoch, t.name, t.begin_position'
                WHEN 'mapping_frames' THEN 't.epoch, t.mapping, t.position'
                WHEN 'frame_run' THEN 't.epoch, t.mapping, t.run, t.begin_position'
                WHEN 'fact_time' THEN 't.position'
                WHEN 'fact_gap' THEN 't.position, t.ordinal'
                ELSE 't.epoch, t.number, t.begin_position' END)
            USING at_position, of_host;
    END LOOP;
END
$$;

-- The others.
CREATE FUNCTION horizon_forget(in_schema text, at_position bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    of_table text;
BEGIN
    -- Mappings before the episodes and after the frames: the one is asked for by the other.
    FOREACH of_table IN ARRAY ARRAY['frame_run', 'mapping_frames', 'mapping_interval', 'episode_interval',
            'region_interval', 'context_interval', 'device_interval', 'host_interval', 'finding', 'dma_fault',
            'fact_time'] LOOP
        EXECUTE format('DELETE FROM %I.%I t WHERE %s <= $1 AND NOT (%s)',
            in_schema, of_table, horizon_place(of_table), horizon_keeps(in_schema, of_table)) USING at_position;
    END LOOP;
END
$$;

CREATE FUNCTION horizon_digest(of_snapshot uuid, of_parts integer, OUT parts bigint, OUT digest bytea)
LANGUAGE sql STABLE AS $$
    SELECT count(*), sha256(coalesce(string_agg(sha256(content), ''::bytea ORDER BY part), ''))
        FROM horizon_state WHERE snapshot = of_snapshot AND part >= 0 AND part < of_parts
$$;

-- States that were stored for horizons that did not come into force, and that no retention.horizon-set behind the one in
-- force names.
CREATE FUNCTION horizon_drop_unused() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = ${flyway:defaultSchema}, pg_temp AS $$
    DELETE FROM horizon_state WHERE snapshot NOT IN (
        SELECT h.snapshot FROM horizon h WHERE h.position = (SELECT max(position) FROM horizon)
        UNION ALL
        SELECT proto_text(proto_content(payload, 8), 4)::uuid FROM event
            WHERE stream = 'retention' AND type = 'retention.horizon-set'
                AND proto_number(proto_content(payload, 8), 1) > coalesce((SELECT max(position) FROM horizon), 0))
$$;

-- Raises why a horizon cannot come into force: whoever asks for it need not be the one who has folded.
CREATE FUNCTION horizon_may_move(at_event bigint, told bytea, by_rule text, kept_since bigint, holds live_hold[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    at_position bigint := proto_number(told, 1);
    of_parts integer := coalesce(proto_number(told, 5), 0);
    in_force bigint := coalesce((SELECT max(position) FROM horizon), 0);
    found_parts bigint;
    found_digest bytea;
    stopped record;
BEGIN
    IF proto_text(told, 2) <> by_rule THEN
        RAISE EXCEPTION 'the horizon at position % is set for rule ''%''', at_position, proto_text(told, 2)
            USING ERRCODE = 'LD027';
    END IF;
    IF at_position >= at_event OR NOT EXISTS (SELECT FROM event
            WHERE position = at_position AND stream >= 'host/' AND stream < 'host0') THEN
        RAISE EXCEPTION 'the horizon at position % is at no earlier record of a host', at_position
            USING ERRCODE = 'LD027';
    END IF;
    SELECT parts, digest INTO found_parts, found_digest FROM horizon_digest(proto_text(told, 4)::uuid, of_parts);
    IF found_parts <> of_parts OR found_digest IS DISTINCT FROM proto_content(told, 6) THEN
        RAISE EXCEPTION 'the state at the horizon, position %, is not the one that was stored for it: % parts of %',
            at_position, found_parts, of_parts USING ERRCODE = 'LD027';
    END IF;
    IF EXISTS (SELECT FROM parked_event WHERE position <= at_position)
            OR EXISTS (SELECT FROM projection_b.parked_event WHERE position <= at_position) THEN
        RAISE EXCEPTION 'facts up to the horizon, position %, are parked', at_position USING ERRCODE = 'LD028';
    END IF;
    SELECT e.position INTO stopped FROM event e
        WHERE e.position > in_force AND e.position <= at_position AND e.stream >= 'host/' AND e.stream < 'host0'
            AND e.stored_at > kept_since
        ORDER BY e.position LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'rule ''%'' keeps position %, which is before the horizon at position %', by_rule,
            stopped.position, at_position USING ERRCODE = 'LD025';
    END IF;
    SELECT e.position, h.hold INTO stopped FROM unnest(holds) AS h JOIN event e
        ON e.stream >= 'host/' AND e.stream < 'host0' AND e.payload <> ''
            AND e.position > in_force AND e.position <= at_position
            AND (h.hosts = '{}' OR split_part(e.stream, '/', 2) = ANY(h.hosts))
            AND e.position >= coalesce(h.from_position, e.position) AND e.position <= coalesce(h.to_position, e.position)
            AND e.stored_at >= coalesce(h.from_nanos, e.stored_at) AND e.stored_at <= coalesce(h.to_nanos, e.stored_at)
        ORDER BY e.position LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'position % is under hold %, and before the horizon at position %',
            stopped.position, stopped.hold, at_position USING ERRCODE = 'LD024';
    END IF;
END
$$;

-- Removes the payloads that a retention.removed says go: all of them, or none and why. What is gone already is passed over.
CREATE OR REPLACE FUNCTION erase_payloads(of_removal bigint) RETURNS bigint
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
    END LOOP;
    -- All of it may go.
    INSERT INTO removed_payload (position, stream, type, leaf_hash, rule, removal)
        SELECT place, its_stream, its_type, leaf, by_rule, of_removal
        FROM unnest(places, streams, types, leaves) AS gone (place, its_stream, its_type, leaf);
    UPDATE event SET payload = '' WHERE position = ANY(places);
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
    IF moves OR rows + others > 0 THEN
        -- What was answered of these places is not what is answered now.
        UPDATE projection SET revision = revision + 1;
    END IF;
    RETURN cardinality(places);
END
$$;

GRANT CREATE ON SCHEMA "${flyway:defaultSchema}" TO "${remover}";
ALTER FUNCTION horizon_drop_unused() OWNER TO "${remover}";
REVOKE CREATE ON SCHEMA "${flyway:defaultSchema}" FROM "${remover}";
REVOKE ALL ON FUNCTION horizon_forget(text, bigint), horizon_drop_unused(),
    horizon_may_move(bigint, bytea, text, bigint, live_hold[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION horizon_forget(text, bigint), horizon_drop_unused(),
    horizon_may_move(bigint, bytea, text, bigint, live_hold[]) TO "${remover}";
GRANT SELECT, INSERT ON horizon TO "${remover}";
GRANT SELECT, DELETE ON horizon_state TO "${remover}";
GRANT SELECT ON parked_event, projection_b.parked_event TO "${remover}";
GRANT SELECT, DELETE ON frame_run, mapping_frames, mapping_interval, episode_interval, region_interval, context_interval,
    device_interval, host_interval, finding, fact_time,
    projection_b.frame_run, projection_b.mapping_frames, projection_b.mapping_interval, projection_b.episode_interval,
    projection_b.region_interval, projection_b.context_interval, projection_b.device_interval,
    projection_b.host_interval, projection_b.finding, projection_b.fact_time TO "${remover}";

-- The Merkle tree over the log, in tiles of 256 hashes, as far as it has come: never further than the log. Leaf i is the
-- record at position i + 1. The rows follow from the log alone; whoever makes them anew makes the same.
CREATE TABLE tree (
    only_row      boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    size          bigint  NOT NULL,
    origin        text,
    problem       text,
    problem_since timestamptz
);
INSERT INTO tree (size) VALUES (0);
COMMENT ON COLUMN tree.size IS 'leaves, which is the position of the last record that has its leaf';
COMMENT ON COLUMN tree.origin IS 'what the log is called in its checkpoints; null until the first one';
COMMENT ON COLUMN tree.problem IS 'why no checkpoint is signed; null if they are';

CREATE TABLE tree_tile (
    level  integer NOT NULL,
    index  bigint  NOT NULL,
    hashes bytea   NOT NULL CHECK (octet_length(hashes) BETWEEN 32 AND 8192 AND octet_length(hashes) % 32 = 0),
    PRIMARY KEY (level, index)
);
-- Hashes do not compress.
ALTER TABLE tree_tile ALTER hashes SET STORAGE EXTERNAL;
COMMENT ON TABLE tree_tile IS 'C2SP tlog-tiles; the last one of a level may have fewer than 256 hashes';

-- What was signed. A row here is there before anybody outside has seen the note.
CREATE TABLE checkpoint (
    size         bigint      PRIMARY KEY,
    root         bytea       NOT NULL CHECK (octet_length(root) = 32),
    key          text        NOT NULL,
    note         text        NOT NULL,
    cosignatures text        NOT NULL DEFAULT '',
    signed_at    timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON COLUMN checkpoint.key IS 'of the signature: name+id+key';
COMMENT ON COLUMN checkpoint.note IS 'C2SP tlog-checkpoint as a signed note';
COMMENT ON COLUMN checkpoint.cosignatures IS 'lines that witnesses answered and whose keys are known';

-- The keys that have signed, each with the first checkpoint that it did.
CREATE TABLE log_key (
    key        text   PRIMARY KEY,
    first_size bigint NOT NULL
);

-- Where checkpoints are sent.
CREATE TABLE witness (
    url        text        PRIMARY KEY,
    key        text,
    size       bigint      NOT NULL DEFAULT 0,
    answered_at timestamptz,
    problem    text,
    asked_at   timestamptz NOT NULL
);
COMMENT ON COLUMN witness.key IS 'that its cosignatures are checked with; null: they are not kept';
COMMENT ON COLUMN witness.size IS 'of the last checkpoint that it took';
COMMENT ON COLUMN witness.problem IS 'what came of the last attempt; null if it took the checkpoint';

CREATE TRIGGER tree_tile_append_only BEFORE DELETE OR TRUNCATE ON tree_tile
    FOR EACH STATEMENT EXECUTE FUNCTION event_append_only();
CREATE TRIGGER checkpoint_append_only BEFORE DELETE OR TRUNCATE ON checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION event_append_only();
CREATE TRIGGER log_key_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON log_key
    FOR EACH STATEMENT EXECUTE FUNCTION event_append_only();

CREATE FUNCTION require_term(of_term bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${flyway:defaultSchema}, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM leadership WHERE term = of_term) THEN
        RAISE EXCEPTION 'term % is over', of_term USING ERRCODE = 'LD001';
    END IF;
END
$$;

-- Takes the tree from one size to another. A tile that is there is only ever continued.
CREATE FUNCTION grow_tree(of_term bigint, from_size bigint, to_size bigint, levels integer[], indexes bigint[],
        tiles bytea[])
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${flyway:defaultSchema}, pg_temp AS $$
DECLARE
    written bigint;
BEGIN
    PERFORM require_term(of_term);
    UPDATE tree SET size = to_size WHERE size = from_size AND to_size >= from_size;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the tree has not % leaves any more', from_size USING ERRCODE = 'LD003';
    END IF;
    IF to_size > coalesce((SELECT max(position) FROM event), 0) THEN
        RAISE EXCEPTION 'the log has not % records', to_size USING ERRCODE = 'LD004';
    END IF;
    INSERT INTO tree_tile AS kept (level, index, hashes)
        SELECT * FROM unnest(levels, indexes, tiles)
        ON CONFLICT (level, index) DO UPDATE SET hashes = excluded.hashes
            WHERE substr(excluded.hashes, 1, octet_length(kept.hashes)) = kept.hashes;
    GET DIAGNOSTICS written = ROW_COUNT;
    IF written <> cardinality(levels) THEN
        RAISE EXCEPTION 'a tile between leaves % and % is another already', from_size, to_size USING ERRCODE = 'LD005';
    END IF;
END
$$;

-- What the log is called: what was said first.
CREATE FUNCTION name_log(candidate text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${flyway:defaultSchema}, pg_temp AS $$
DECLARE
    named text;
BEGIN
    UPDATE tree SET origin = candidate WHERE origin IS NULL;
    SELECT origin INTO named FROM tree;
    RETURN named;
END
$$;

-- Keeps a checkpoint that was signed and not yet seen by anybody. Of two for one size, or one behind another, there is none.
CREATE FUNCTION keep_checkpoint(of_term bigint, of_size bigint, of_root bytea, by_key text, signed_note text)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${flyway:defaultSchema}, pg_temp AS $$
BEGIN
    PERFORM require_term(of_term);
    IF of_size <= coalesce((SELECT max(size) FROM checkpoint), -1) OR of_size > (SELECT size FROM tree) THEN
        RAISE EXCEPTION 'a checkpoint of % leaves does not follow', of_size USING ERRCODE = 'LD006';
    END IF;
    INSERT INTO checkpoint (size, root, key, note) VALUES (of_size, of_root, by_key, signed_note);
    INSERT INTO log_key (key, first_size) VALUES (by_key, of_size) ON CONFLICT DO NOTHING;
    UPDATE tree SET problem = NULL, problem_since = NULL WHERE problem IS NOT NULL;
END
$$;

-- Says why no checkpoint is signed, for everybody to see.
CREATE FUNCTION note_tree_problem(of_term bigint, what text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${flyway:defaultSchema}, pg_temp AS $$
BEGIN
    PERFORM require_term(of_term);
    UPDATE tree SET problem = what, problem_since = CASE WHEN problem IS NULL THEN clock_timestamp() ELSE problem_since END
        WHERE problem IS DISTINCT FROM what;
END
$$;

-- What a witness answered: it took the checkpoint of a size, with lines that were checked, or there was a problem.
CREATE FUNCTION note_witness(at_url text, of_key text, took bigint, lines text, trouble text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${flyway:defaultSchema}, pg_temp AS $$
BEGIN
    INSERT INTO witness AS w (url, key, size, answered_at, problem, asked_at)
        VALUES (at_url, of_key, coalesce(took, 0), CASE WHEN took IS NOT NULL THEN clock_timestamp() END, trouble,
            clock_timestamp())
        ON CONFLICT (url) DO UPDATE SET key = excluded.key, size = greatest(w.size, excluded.size),
            answered_at = coalesce(excluded.answered_at, w.answered_at), problem = excluded.problem,
            asked_at = excluded.asked_at;
    IF took IS NOT NULL AND lines <> '' THEN
        UPDATE checkpoint SET cosignatures = cosignatures || lines
            WHERE size = took AND position(lines IN cosignatures) = 0;
    END IF;
END
$$;

-- The rows that are made from the log can be made anew while the former ones answer: their tables are there twice, here
-- and in a schema of their own, and one row says which of the two answer. Whoever changes a table of the one changes that
-- of the other too; a test holds them to being alike.

-- What the projection could not take, and what comes behind it in its order: the dead-letter queue. The events themselves
-- stand in the log.
CREATE TABLE parked_event (
    sequence  text        NOT NULL,
    position  bigint      NOT NULL,
    host      text        NOT NULL,
    reason    text,
    nanos     bigint,
    tries     integer     NOT NULL DEFAULT 1,
    parked_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (sequence, position)
);
CREATE INDEX parked_event_host ON parked_event (host, position);
CREATE UNIQUE INDEX parked_event_letter ON parked_event (sequence) WHERE reason IS NOT NULL;
COMMENT ON COLUMN parked_event.sequence IS 'what is taken in its order or not at all: host/ID, or operation/ID';
COMMENT ON COLUMN parked_event.reason IS 'of the first of its sequence: why it cannot be taken; null: it waits for that one';
COMMENT ON COLUMN parked_event.nanos IS 'of the first: effective time up to which its host was taken; null if it was not';

CREATE SCHEMA projection_b;

-- Indexes in the order in which they were made: before a table's first ANALYZE PostgreSQL takes the newest of those that
-- seem equally good.
DO $$
DECLARE
    here  text := '${flyway:defaultSchema}';
    named text;
    made  record;
BEGIN
    FOREACH named IN ARRAY ARRAY['fact_time', 'fact_gap', 'requested_operation', 'host_interval', 'device_interval',
            'context_interval', 'mapping_interval', 'episode_interval', 'region_interval', 'finding', 'dma_fault',
            'mapping_frames', 'frame_run', 'parked_event'] LOOP
        EXECUTE format('CREATE TABLE projection_b.%1$I (LIKE %2$I.%1$I INCLUDING ALL EXCLUDING INDEXES)', named, here);
        FOR made IN
            SELECT i.indisprimary, c.relname, pg_get_indexdef(i.indexrelid) AS statement,
                    (SELECT pg_get_constraintdef(k.oid) FROM pg_constraint k
                        WHERE k.conindid = i.indexrelid AND k.contype = 'p') AS key
                FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                WHERE i.indrelid = format('%I.%I', here, named)::regclass ORDER BY i.indexrelid LOOP
            IF made.indisprimary THEN
                EXECUTE format('ALTER TABLE projection_b.%I ADD CONSTRAINT %I %s', named, made.relname, made.key);
            ELSE
                EXECUTE replace(made.statement, format(' ON %I.', here), ' ON projection_b.');
            END IF;
        END LOOP;
    END LOOP;
END
$$;

CREATE TABLE projection (
    one      boolean PRIMARY KEY DEFAULT true CHECK (one),
    serving  text    NOT NULL,
    idle     text    NOT NULL,
    fold     integer NOT NULL,
    revision bigint  NOT NULL DEFAULT 0,
    emptied  boolean NOT NULL DEFAULT true,
    switched xid8
);
-- Rows that are there already were made by versions of the fold that nobody noted.
INSERT INTO projection (serving, idle, fold) VALUES ('${flyway:defaultSchema}', 'projection_b', 0);
COMMENT ON COLUMN projection.serving IS 'schema of the tables that answer, and that the projection goes on to write';
COMMENT ON COLUMN projection.fold IS 'version of the rules by which they were made; 0 if it is not known';
COMMENT ON COLUMN projection.revision IS 'how often what they say of a place that had been answered was mended';
COMMENT ON COLUMN projection.emptied IS 'whether the idle tables have no rows';
COMMENT ON COLUMN projection.switched IS 'transaction since whose commit nobody begins to read the idle tables';

CREATE TABLE rebuild (
    id         uuid        PRIMARY KEY,
    fold       integer     NOT NULL,
    reason     text        NOT NULL,
    state      text        NOT NULL,
    position   bigint      NOT NULL DEFAULT 0,
    goal       bigint      NOT NULL DEFAULT 0,
    per_second double precision,
    owner      text,
    asked_at   timestamptz NOT NULL DEFAULT now(),
    renewed_at timestamptz,
    ended_at   timestamptz,
    why        text
);
CREATE UNIQUE INDEX rebuild_one ON rebuild ((ended_at IS NULL)) WHERE ended_at IS NULL;
COMMENT ON TABLE rebuild IS 'each time that all rows were made anew, and how far that has come';
COMMENT ON COLUMN rebuild.position IS 'up to which the idle tables have been filled';
COMMENT ON COLUMN rebuild.goal IS 'at which the serving ones stood when that was last looked at';
COMMENT ON COLUMN rebuild.owner IS 'the process that works on it; another takes over when it has been silent';

-- The log on an engine of our own: numbered by the one appender, without gaps and in the order of commit. What stood in
-- event_entry moves over, numbered anew in its order; its bytes stay as they are.
CREATE TABLE event (
    position        bigint PRIMARY KEY,
    stream          text COLLATE "C" NOT NULL,
    sequence        bigint NOT NULL,
    stream_type     text,
    type            text   NOT NULL,
    revision        text,
    stored_at       bigint NOT NULL,
    event_id        uuid   NOT NULL,
    payload         bytea  NOT NULL,
    metadata        bytea,
    batch_signature bytea,
    UNIQUE (stream, sequence)
);
COMMENT ON TABLE event IS 'the log: facts of hosts (stream host/<id>/<epoch>) and events of operations';
COMMENT ON COLUMN event.position IS 'from 1, without gaps, in the order of commit';
COMMENT ON COLUMN event.stored_at IS 'nanoseconds since 1970';
COMMENT ON COLUMN event.payload IS 'protobuf, the very bytes that were encoded where the event happened';
COMMENT ON COLUMN event.metadata IS 'null if there is none';
COMMENT ON COLUMN event.batch_signature IS
    'of the batch that brought the fact; null: unsigned, as is everything from before agents signed';

CREATE TABLE renumbered (before bigint PRIMARY KEY, now bigint NOT NULL);
INSERT INTO renumbered SELECT position, row_number() OVER (ORDER BY position) FROM event_entry;
ANALYZE renumbered;

INSERT INTO event (position, stream, sequence, stream_type, type, revision, stored_at, event_id, payload, metadata)
SELECT r.now, e.stream, e.sequence, e.stream_type, e.payload_type, e.payload_revision,
       extract(epoch FROM (substr(e.stored_at, 1, 19) || 'Z')::timestamptz)::bigint * 1000000000
           + rpad(coalesce(substring(e.stored_at FROM '\.(\d{1,9})'), ''), 9, '0')::bigint,
       CASE WHEN e.event_id ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' THEN e.event_id::uuid
            ELSE md5(e.event_id)::uuid END,
       e.payload, CASE WHEN e.metadata <> '{}'::bytea THEN e.metadata END
FROM event_entry e JOIN renumbered r ON r.before = e.position ORDER BY r.now;

CREATE INDEX event_first ON event (stream) WHERE sequence = 0;
CREATE INDEX event_stored_at ON event USING brin (stored_at);

DROP TABLE event_entry;
DROP FUNCTION event_entry_append_in_order();
DROP FUNCTION event_entry_append_only();

UPDATE open_operation o SET position = r.now FROM renumbered r WHERE r.before = o.position;

-- The operation process goes on where it stood; a token of its kind would begin with all operations of all time.
UPDATE token_entry t SET
    token_type = 'org.axonframework.eventhandling.GlobalSequenceTrackingToken',
    token = convert_to(format('{"globalIndex":%s}', (
        SELECT count(*) FROM renumbered WHERE before <= (convert_from(t.token, 'UTF8')::jsonb ->> 'index')::bigint)), 'UTF8')
WHERE token_type = 'org.axonframework.eventhandling.GapAwareTrackingToken' AND processor_name = 'operations';

-- The rows of the projection name positions: they are made anew from the log when it starts.
DELETE FROM finding;
DELETE FROM dma_fault;
DELETE FROM region;
DELETE FROM reset_episode;
DELETE FROM mapping_interval;
DELETE FROM context;
DELETE FROM device;
DELETE FROM host;
DELETE FROM token_entry WHERE processor_name <> 'operations';

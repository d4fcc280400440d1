-- Of one instance each session has a higher number than the one before; if not, there are two of it.
ALTER TABLE host_epoch ADD COLUMN session bigint NOT NULL DEFAULT 0;

-- How often what an alarm tells of has happened, beside the event that raised it.
CREATE TABLE alarm_seen (
    host         text        NOT NULL,
    number       bigint      NOT NULL,
    times        bigint      NOT NULL,
    last_seen_at timestamptz NOT NULL,
    PRIMARY KEY (host, number)
);

-- Up to where each host is heard of. Not in the log: a row a host, written over every second.
CREATE TABLE host_heard (
    host          text PRIMARY KEY,
    epoch         bigint      NOT NULL,
    next_sequence bigint      NOT NULL,
    wall_nanos    bigint      NOT NULL,
    heard_at      timestamptz NOT NULL
) WITH (fillfactor = 50);
COMMENT ON COLUMN host_heard.next_sequence IS 'all facts below it are stored, and there were no others';
COMMENT ON COLUMN host_heard.wall_nanos IS 'by the host''s clock, up to when that is so';

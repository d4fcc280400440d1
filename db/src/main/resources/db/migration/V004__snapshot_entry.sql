-- Axon's engine asks for it; no aggregate of ours is long enough to need snapshots.
CREATE TABLE snapshot_entry (
    event_id         varchar(255) NOT NULL UNIQUE,
    stream           varchar(255) NOT NULL,
    sequence         bigint       NOT NULL,
    stream_type      varchar(255) NOT NULL,
    stored_at        varchar(255) NOT NULL,
    payload_type     varchar(255) NOT NULL,
    payload_revision varchar(255),
    payload          bytea        NOT NULL,
    metadata         bytea,
    PRIMARY KEY (stream, sequence)
);

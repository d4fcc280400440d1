-- Axon's: the newest snapshot of a stream, and events that a processor could not handle.
DROP TABLE snapshot_entry;
CREATE TABLE snapshot (
    stream      text COLLATE "C" PRIMARY KEY,
    sequence    bigint NOT NULL,
    stream_type text,
    type        text   NOT NULL,
    revision    text,
    stored_at   bigint NOT NULL,
    event_id    uuid   NOT NULL,
    payload     bytea  NOT NULL,
    metadata    bytea
);
CREATE TABLE dead_letter (
    dead_letter_id       varchar(255) PRIMARY KEY,
    processing_group     varchar(255) NOT NULL,
    sequence_identifier  varchar(255) NOT NULL,
    sequence_index       bigint       NOT NULL,
    message_type         varchar(255) NOT NULL,
    event_identifier     varchar(255) NOT NULL,
    time_stamp           varchar(255) NOT NULL,
    payload_type         varchar(255) NOT NULL,
    payload_revision     varchar(255),
    payload              bytea        NOT NULL,
    metadata             bytea,
    type                 varchar(255),
    aggregate_identifier varchar(255),
    sequence_number      bigint,
    token_type           varchar(255),
    token                bytea,
    enqueued_at          varchar(255) NOT NULL,
    last_touched         varchar(255),
    processing_started   varchar(255),
    cause_type           varchar(1023),
    cause_message        varchar(1023),
    diagnostics          bytea,
    UNIQUE (processing_group, sequence_identifier, sequence_index)
);

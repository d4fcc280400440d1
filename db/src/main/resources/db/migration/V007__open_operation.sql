-- Operations that were requested and have no end yet.
CREATE TABLE open_operation (
    id       uuid PRIMARY KEY,
    host     text   NOT NULL,
    epoch    bigint NOT NULL,
    position bigint NOT NULL,
    event    bytea  NOT NULL
);
CREATE INDEX open_operation_by_host ON open_operation (host, epoch);
COMMENT ON COLUMN open_operation.event IS 'protobuf of the request, as stored';

-- Operations as a list. The rows are made anew from the log, when the projection starts, because those that there are do not
-- say what was asked and what came of it.
DELETE FROM token_entry WHERE processor_name = 'state';
DELETE FROM dma_fault;
DELETE FROM finding;
DELETE FROM frame_run;
DELETE FROM mapping_frames;
DELETE FROM fact_gap;
DELETE FROM fact_time;
DELETE FROM requested_operation;
DELETE FROM region_interval;
DELETE FROM episode_interval;
DELETE FROM mapping_interval;
DELETE FROM context_interval;
DELETE FROM device_interval;
DELETE FROM host_interval;

ALTER TABLE requested_operation
    ADD COLUMN nanos            bigint NOT NULL,
    ADD COLUMN epoch            bigint NOT NULL,
    ADD COLUMN instruction      text   NOT NULL,
    ADD COLUMN outcome          text   NOT NULL DEFAULT 'pending',
    ADD COLUMN ended_position   bigint,
    ADD COLUMN ended_nanos      bigint,
    ADD COLUMN decided_position bigint,
    ADD COLUMN refused_call     text,
    ADD COLUMN refused_errno    integer,
    ADD COLUMN reason           text;
CREATE INDEX requested_operation_newest ON requested_operation (position);
CREATE INDEX requested_operation_host ON requested_operation (host, position);
CREATE INDEX requested_operation_principal ON requested_operation (principal, position);
CREATE INDEX requested_operation_outcome ON requested_operation (outcome, position);
CREATE INDEX requested_operation_nanos ON requested_operation (nanos);
COMMENT ON COLUMN requested_operation.nanos IS 'when the request was stored; nanoseconds since 1970';
COMMENT ON COLUMN requested_operation.outcome IS 'pending, succeeded, refused or unknown, as the newest end has it';
COMMENT ON COLUMN requested_operation.ended_position IS 'of that end';
COMMENT ON COLUMN requested_operation.decided_position IS 'of the fact that decided it';
COMMENT ON COLUMN requested_operation.reason IS 'of the agent that refused it, or why nothing is known';

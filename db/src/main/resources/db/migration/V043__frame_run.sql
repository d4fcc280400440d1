-- Which physical memory stands behind mappings, as agents that are told to record it found it when they mapped it. What an
-- agent finds counts until it finds it anew, or until the mapping ends.
CREATE TABLE mapping_frames (
    host             text   NOT NULL,
    epoch            bigint NOT NULL,
    mapping          bigint NOT NULL,
    position         bigint NOT NULL,
    unknown_bytes    bigint NOT NULL,
    why_unknown      text   NOT NULL,
    unrecorded_bytes bigint NOT NULL,
    PRIMARY KEY (host, epoch, mapping, position)
);
COMMENT ON COLUMN mapping_frames.unknown_bytes IS 'of which the kernel did not tell where they are';
COMMENT ON COLUMN mapping_frames.unrecorded_bytes IS 'that were not looked at, or lie in more runs than are recorded';

CREATE TABLE frame_run (
    host           text    NOT NULL,
    epoch          bigint  NOT NULL,
    mapping        bigint  NOT NULL,
    run            integer NOT NULL,
    begin_position bigint  NOT NULL,
    begin_nanos    bigint  NOT NULL,
    end_position   bigint,
    life_node      bigint GENERATED ALWAYS AS (
        CASE WHEN end_position > begin_position THEN fork_node(begin_position, end_position - 1) END) STORED,
    map_offset     bigint  NOT NULL,
    physical_start bigint  NOT NULL,
    physical_last  bigint  NOT NULL,
    physical_node  bigint GENERATED ALWAYS AS (fork_node(physical_start, physical_last)) STORED,
    PRIMARY KEY (host, epoch, mapping, run, begin_position)
);
CREATE INDEX frame_run_past ON frame_run (host, life_node, end_position, begin_position) WHERE life_node IS NOT NULL;
CREATE INDEX frame_run_physical ON frame_run (physical_node, host, physical_start) WHERE end_position IS NULL;
-- Finds what a mapping's end ends. It stands last for the reason that mapping_interval_open does.
CREATE UNIQUE INDEX frame_run_open ON frame_run (host, epoch, mapping, run) WHERE end_position IS NULL;
COMMENT ON TABLE frame_run IS 'bytes of a mapping that lie one behind the other in physical memory';
COMMENT ON COLUMN frame_run.map_offset IS 'of the first byte from the start of the mapping, unsigned';
COMMENT ON COLUMN frame_run.physical_start IS 'unsigned, stored with its top bit flipped so that it sorts';
COMMENT ON COLUMN frame_run.physical_last IS 'inclusive, stored as physical_start';

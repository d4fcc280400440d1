-- Which physical memory stands behind mappings, as agents that are told to record it found it when they mapped it. What an
-- agent finds counts until it finds it anew, or until the mapping ends.
CREATE TABLE mapping_frames (
    host             text   NOT NULL,
    epoch            bigint NOT NULL,
    mapping          bigint NOT NULL,
    position         bigint NOT NULL,
    nanos            bigint NOT NULL,
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
    position       bigint  NOT NULL,
    run            integer NOT NULL,
    map_offset     bigint  NOT NULL,
    physical_start bigint  NOT NULL,
    physical_last  bigint  NOT NULL,
    physical_node  bigint GENERATED ALWAYS AS (fork_node(physical_start, physical_last)) STORED,
    PRIMARY KEY (host, epoch, mapping, position, run)
);
CREATE INDEX frame_run_physical ON frame_run (physical_node, host, physical_start, physical_last);
COMMENT ON TABLE frame_run IS 'bytes of a mapping that lie one behind the other in physical memory';
COMMENT ON COLUMN frame_run.position IS 'of the fact that tells it';
COMMENT ON COLUMN frame_run.map_offset IS 'of the first byte from the start of the mapping, unsigned';
COMMENT ON COLUMN frame_run.physical_start IS 'unsigned, stored with its top bit flipped so that it sorts';
COMMENT ON COLUMN frame_run.physical_last IS 'inclusive, stored as physical_start';

ALTER TABLE host
    ADD mmio              text    NOT NULL DEFAULT 'STRICT',
    ADD sealed            boolean NOT NULL DEFAULT false,
    ADD tainted           boolean NOT NULL DEFAULT false,
    ADD memory_lock_limit bigint  NOT NULL DEFAULT -1;
COMMENT ON COLUMN host.tainted IS 'whether any policy in force in the newest epoch has been weaker than the default';
COMMENT ON COLUMN host.memory_lock_limit IS 'bytes; -1 if the agent is not limited';

ALTER TABLE device ADD power text NOT NULL DEFAULT 'ON';

ALTER TABLE context RENAME dma_avail TO mapping_limit;
COMMENT ON COLUMN context.mapping_limit IS 'entries, taken or free; -1 if not known';

ALTER TABLE mapping_interval
    ADD region                     text,
    ADD path                       text,
    ADD backing_offset             bigint,
    ADD device_memory              boolean,
    ADD exposure_began_not_before  bigint,
    ADD exposure_began_not_after   bigint,
    ADD exposure_ended_not_before  bigint,
    ADD exposure_ended_not_after   bigint;
COMMENT ON COLUMN mapping_interval.exposure_began_not_before IS
    'of the exposure that goes on or that ended with this interval''s beginning; the host''s monotonic clock';
DROP INDEX mapping_interval_zombie;
CREATE INDEX mapping_interval_zombie ON mapping_interval (host, begin_position)
    WHERE end_position IS NULL AND state IN ('STALE', 'REVOKED', 'ORPHANED') AND cause <> 'PERMISSION';

ALTER TABLE reset_episode
    ADD call_nanos   bigint,
    ADD lasted_nanos bigint;
COMMENT ON COLUMN reset_episode.call_nanos IS 'from before the system call to after it, by the host''s monotonic clock';

CREATE TABLE region (
    host            text   NOT NULL,
    epoch           bigint NOT NULL,
    name            text   NOT NULL,
    size            bigint NOT NULL,
    huge_page_bytes bigint NOT NULL,
    vaddr           bigint NOT NULL,
    allocated       boolean NOT NULL,
    position        bigint NOT NULL,
    PRIMARY KEY (host, epoch, name)
);
CREATE TABLE dma_fault (
    position     bigint  PRIMARY KEY,
    nanos        bigint  NOT NULL,
    host         text    NOT NULL,
    epoch        bigint  NOT NULL,
    device       text    NOT NULL,
    iova         bigint  NOT NULL,
    write        boolean NOT NULL,
    reason       text    NOT NULL,
    kernel_nanos bigint  NOT NULL,
    context      bigint,
    mapping      bigint
);
CREATE INDEX dma_fault_device ON dma_fault (host, device, position);
COMMENT ON COLUMN dma_fault.iova IS 'unsigned, stored with its top bit flipped so that it sorts';
COMMENT ON COLUMN dma_fault.mapping IS 'that stood at the address; null if none did';

-- The fold says more than it did: the rows are made anew from the log when the projection starts.
DELETE FROM finding;
DELETE FROM reset_episode;
DELETE FROM mapping_interval;
DELETE FROM context;
DELETE FROM device;
DELETE FROM host;
DELETE FROM token_entry WHERE processor_name = 'state';

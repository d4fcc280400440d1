-- Everything that stands has one row for each interval of its life, so that what stood at a position is found as what
-- stands now. The rows are made anew from the log when the projection starts.
DROP TABLE host, device, context, mapping_interval, reset_episode, finding, region, dma_fault;
DELETE FROM token_entry WHERE processor_name = 'state';

-- What stood at a position, by B-trees (the relational interval tree of Kriegel, Pötke and Seidl, 2000). Numbers are the
-- nodes of a binary tree that nobody stores: 0 is its root, a number with k trailing zeros stands above the 2^k - 1
-- numbers on either side. An interval is filed under the highest node inside it, so that it holds a number only if it is
-- filed under one of the 64 nodes on the way from the root to that number.
CREATE FUNCTION fork_node(first bigint, last bigint) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    below bigint := first # last;
BEGIN
    below := below | (below >> 1);
    below := below | (below >> 2);
    below := below | (below >> 4);
    below := below | (below >> 8);
    below := below | (below >> 16);
    below := below | (below >> 32);
    RETURN last & ~((below >> 1) & 9223372036854775807);
END
$$;
COMMENT ON FUNCTION fork_node IS 'the highest node from first to last, both inside';

CREATE FUNCTION fork_path(number bigint) RETURNS bigint[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT array_agg(((number >> (level + 1)) << (level + 1)) | (1::bigint << level)) || 0::bigint
        FROM generate_series(0, 62) AS level;
$$;
COMMENT ON FUNCTION fork_path IS 'the nodes under which an interval can be filed that holds the number';

CREATE TABLE fact_time (
    host         text   NOT NULL,
    position     bigint NOT NULL,
    nanos        bigint NOT NULL,
    wall_nanos   bigint NOT NULL,
    stored_nanos bigint NOT NULL,
    PRIMARY KEY (host, position)
);
CREATE INDEX fact_time_nanos ON fact_time (host, nanos, position);
COMMENT ON TABLE fact_time IS 'when each fact was; the newest of a host is how far all its rows, here and elsewhere, have come';
COMMENT ON COLUMN fact_time.nanos IS 'its effective time: the wall clock, never below that of the fact before it';
COMMENT ON COLUMN fact_time.wall_nanos IS 'the host''s wall clock';

CREATE TABLE fact_gap (
    host     text    NOT NULL,
    position bigint  NOT NULL,
    ordinal  integer NOT NULL,
    epoch    bigint  NOT NULL,
    facts    bigint  NOT NULL,
    cause    text    NOT NULL,
    why      text    NOT NULL,
    PRIMARY KEY (host, position, ordinal)
);
COMMENT ON TABLE fact_gap IS 'facts that are known to be missing, and the fact that tells so';
COMMENT ON COLUMN fact_gap.epoch IS 'whose facts they are';

CREATE TABLE requested_operation (
    operation uuid   PRIMARY KEY,
    position  bigint NOT NULL,
    host      text   NOT NULL,
    principal text   NOT NULL
);

CREATE TABLE host_interval (
    host              text    NOT NULL,
    begin_position    bigint  NOT NULL,
    begin_nanos       bigint  NOT NULL,
    end_position      bigint,
    end_nanos         bigint,
    epoch             bigint  NOT NULL,
    epoch_state       text    NOT NULL,
    instance          uuid    NOT NULL,
    machine_id        text    NOT NULL,
    boot_id           text    NOT NULL,
    kernel_release    text    NOT NULL,
    agent_version     text    NOT NULL,
    on_release        text    NOT NULL,
    on_reset          text    NOT NULL,
    mmio              text    NOT NULL,
    sealed            boolean NOT NULL,
    tainted           boolean NOT NULL,
    memory_lock_limit bigint  NOT NULL,
    began_position    bigint  NOT NULL,
    began_nanos       bigint  NOT NULL,
    PRIMARY KEY (host, begin_position)
);
CREATE UNIQUE INDEX host_interval_open ON host_interval (host) WHERE end_position IS NULL;
COMMENT ON TABLE host_interval IS 'the newest epoch of each host';
COMMENT ON COLUMN host_interval.tainted IS 'whether any policy in force in the epoch has been weaker than the default';
COMMENT ON COLUMN host_interval.memory_lock_limit IS 'bytes; -1 if the agent is not limited';
COMMENT ON COLUMN host_interval.began_position IS 'where the epoch began';

CREATE TABLE device_interval (
    host           text    NOT NULL,
    epoch          bigint  NOT NULL,
    address        text    NOT NULL,
    begin_position bigint  NOT NULL,
    begin_nanos    bigint  NOT NULL,
    end_position   bigint,
    end_nanos      bigint,
    life_node      bigint GENERATED ALWAYS AS (
        CASE WHEN end_position > begin_position THEN fork_node(begin_position, end_position - 1) END) STORED,
    iommu_group    integer NOT NULL,
    vendor         integer NOT NULL,
    product        integer NOT NULL,
    class_code     integer NOT NULL,
    driver         text    NOT NULL,
    reset_methods  text[]  NOT NULL,
    bars           jsonb   NOT NULL,
    context        text,
    session        integer NOT NULL,
    decoding       text,
    power          text    NOT NULL,
    PRIMARY KEY (host, epoch, address, begin_position)
);
CREATE INDEX device_interval_past ON device_interval (host, epoch, life_node, end_position, begin_position)
    WHERE life_node IS NOT NULL;
CREATE INDEX device_interval_history ON device_interval (host, address, begin_position);
CREATE UNIQUE INDEX device_interval_open ON device_interval (host, epoch, address) WHERE end_position IS NULL;
COMMENT ON COLUMN device_interval.context IS 'the context it is held in; null while the agent does not hold it';

CREATE TABLE context_interval (
    host           text      NOT NULL,
    epoch          bigint    NOT NULL,
    number         bigint    NOT NULL,
    begin_position bigint    NOT NULL,
    begin_nanos    bigint    NOT NULL,
    end_position   bigint,
    end_nanos      bigint,
    life_node      bigint GENERATED ALWAYS AS (
        CASE WHEN end_position > begin_position THEN fork_node(begin_position, end_position - 1) END) STORED,
    kind           text      NOT NULL,
    state          text      NOT NULL,
    groups         integer[] NOT NULL,
    page_sizes     bigint    NOT NULL,
    iova_ranges    jsonb     NOT NULL,
    mapping_limit  bigint    NOT NULL,
    PRIMARY KEY (host, epoch, number, begin_position)
);
CREATE INDEX context_interval_past ON context_interval (host, life_node, end_position, begin_position)
    WHERE life_node IS NOT NULL;
CREATE UNIQUE INDEX context_interval_open ON context_interval (host, epoch, number) WHERE end_position IS NULL;
COMMENT ON COLUMN context_interval.mapping_limit IS 'entries, taken or free; -1 if not known';

CREATE TABLE region_interval (
    host            text    NOT NULL,
    epoch           bigint  NOT NULL,
    name            text    NOT NULL,
    begin_position  bigint  NOT NULL,
    begin_nanos     bigint  NOT NULL,
    end_position    bigint,
    end_nanos       bigint,
    life_node       bigint GENERATED ALWAYS AS (
        CASE WHEN end_position > begin_position THEN fork_node(begin_position, end_position - 1) END) STORED,
    size            bigint  NOT NULL,
    huge_page_bytes bigint  NOT NULL,
    vaddr           bigint  NOT NULL,
    allocated       boolean NOT NULL,
    PRIMARY KEY (host, epoch, name, begin_position)
);
CREATE INDEX region_interval_past ON region_interval (host, epoch, life_node, end_position, begin_position)
    WHERE life_node IS NOT NULL;
CREATE UNIQUE INDEX region_interval_open ON region_interval (host, epoch, name) WHERE end_position IS NULL;

CREATE TABLE episode_interval (
    host           text   NOT NULL,
    epoch          bigint NOT NULL,
    number         bigint NOT NULL,
    begin_position bigint NOT NULL,
    begin_nanos    bigint NOT NULL,
    end_position   bigint,
    end_nanos      bigint,
    life_node      bigint GENERATED ALWAYS AS (
        CASE WHEN end_position > begin_position THEN fork_node(begin_position, end_position - 1) END) STORED,
    device         text   NOT NULL,
    kind           text   NOT NULL,
    affected       text[] NOT NULL,
    outcome        text   NOT NULL,
    refused_call   text,
    refused_errno  integer,
    operation      uuid,
    call_nanos     bigint,
    lasted_nanos   bigint,
    began_position bigint NOT NULL,
    began_nanos    bigint NOT NULL,
    PRIMARY KEY (host, epoch, number, begin_position)
);
CREATE INDEX episode_interval_began ON episode_interval (host, began_position);
CREATE INDEX episode_interval_all_began ON episode_interval (began_position);
CREATE INDEX episode_interval_past ON episode_interval (host, life_node, end_position, begin_position)
    WHERE life_node IS NOT NULL;
CREATE UNIQUE INDEX episode_interval_open ON episode_interval (host, epoch, number) WHERE end_position IS NULL;
COMMENT ON COLUMN episode_interval.operation IS 'that began the episode';
COMMENT ON COLUMN episode_interval.began_position IS 'where the episode began';
COMMENT ON COLUMN episode_interval.call_nanos IS
    'from before the system call to after it, by the host''s monotonic clock';

CREATE TABLE finding (
    host     text    NOT NULL,
    position bigint  NOT NULL,
    ordinal  integer NOT NULL,
    text     text    NOT NULL,
    PRIMARY KEY (host, position, ordinal)
);
COMMENT ON TABLE finding IS
    'facts that do not fit together: a projection never refuses a fact, it says what is odd about it';

CREATE TABLE dma_fault (
    host         text    NOT NULL,
    position     bigint  NOT NULL,
    nanos        bigint  NOT NULL,
    epoch        bigint  NOT NULL,
    device       text    NOT NULL,
    iova         bigint  NOT NULL,
    write        boolean NOT NULL,
    reason       text    NOT NULL,
    kernel_nanos bigint  NOT NULL,
    context      bigint,
    mapping      bigint,
    PRIMARY KEY (host, position)
);
CREATE INDEX dma_fault_device ON dma_fault (host, device, position);
CREATE INDEX dma_fault_iova ON dma_fault (host, iova, position);
COMMENT ON COLUMN dma_fault.iova IS 'unsigned, stored with its top bit flipped so that it sorts';
COMMENT ON COLUMN dma_fault.mapping IS 'that stood at the address; null if none did';

CREATE TABLE mapping_interval (
    host                      text   NOT NULL,
    epoch                     bigint NOT NULL,
    number                    bigint NOT NULL,
    begin_position            bigint NOT NULL,
    begin_nanos               bigint NOT NULL,
    end_position              bigint,
    end_nanos                 bigint,
    life_node                 bigint GENERATED ALWAYS AS (
        CASE WHEN end_position > begin_position THEN fork_node(begin_position, end_position - 1) END) STORED,
    context                   bigint NOT NULL,
    iova_start                bigint NOT NULL,
    iova_last                 bigint NOT NULL,
    iova_node                 bigint GENERATED ALWAYS AS (fork_node(iova_start, iova_last)) STORED,
    access                    text   NOT NULL,
    vaddr                     bigint,
    region                    text,
    path                      text,
    backing_offset            bigint,
    device_memory             boolean,
    exporter                  text,
    bar                       integer,
    bar_offset                bigint,
    physical_base             bigint,
    state                     text   NOT NULL,
    cause                     text   NOT NULL,
    source                    text   NOT NULL,
    zombie                    boolean NOT NULL,
    episode                   text,
    refused_call              text,
    refused_errno             integer,
    operation                 uuid,
    exposure_began_not_before bigint,
    exposure_began_not_after  bigint,
    exposure_ended_not_before bigint,
    exposure_ended_not_after  bigint,
    exposure_bound_position   bigint,
    PRIMARY KEY (host, epoch, number, begin_position)
);
CREATE INDEX mapping_interval_live ON mapping_interval (host, epoch, context, iova_start) WHERE end_position IS NULL;
CREATE INDEX mapping_interval_past ON mapping_interval
    (host, epoch, context, life_node, end_position, begin_position) WHERE life_node IS NOT NULL;
CREATE INDEX mapping_interval_over ON mapping_interval (host, epoch, context, iova_start)
    WHERE end_position = begin_position;
CREATE INDEX mapping_interval_live_iova ON mapping_interval (iova_node, host, epoch, context)
    WHERE end_position IS NULL;
CREATE INDEX mapping_interval_iova ON mapping_interval (iova_node, host, epoch, context, begin_position);
CREATE INDEX mapping_interval_zombie ON mapping_interval (host, begin_position) WHERE end_position IS NULL AND zombie;
CREATE INDEX mapping_interval_past_zombie ON mapping_interval (life_node, end_position, begin_position)
    WHERE life_node IS NOT NULL AND zombie;
CREATE INDEX mapping_interval_ever_zombie ON mapping_interval (begin_position) WHERE zombie;
CREATE INDEX mapping_interval_exporter ON mapping_interval (host, exporter)
    WHERE end_position IS NULL AND exporter IS NOT NULL;
CREATE INDEX mapping_interval_past_exporter ON mapping_interval
    (host, life_node, end_position, begin_position) WHERE life_node IS NOT NULL AND exporter IS NOT NULL;
CREATE INDEX mapping_interval_episode ON mapping_interval (episode) WHERE episode IS NOT NULL;
CREATE INDEX mapping_interval_begin ON mapping_interval (host, begin_position);
-- Finds the interval that a change of a mapping ends. PostgreSQL takes the newest of indexes that seem equally good, and
-- before a table's first ANALYZE all do; by any other one a mapping is found by looking through all that stand on its host.
CREATE UNIQUE INDEX mapping_interval_open ON mapping_interval (host, epoch, number) WHERE end_position IS NULL;
COMMENT ON TABLE mapping_interval IS
    'one row from each change of a mapping to the next; a terminal state is a row that ends where it begins';
COMMENT ON COLUMN mapping_interval.iova_start IS 'unsigned, stored with its top bit flipped so that it sorts';
COMMENT ON COLUMN mapping_interval.iova_last IS 'inclusive, stored as iova_start';
COMMENT ON COLUMN mapping_interval.zombie IS 'stale, orphaned, or revoked but for its owner''s own wish';
COMMENT ON COLUMN mapping_interval.exposure_began_not_before IS
    'of the exposure that goes on or that ended with this interval''s beginning; the host''s monotonic clock';
COMMENT ON COLUMN mapping_interval.exposure_bound_position IS
    'of the fact that told exposure_began_not_after, if that came after the interval''s beginning';

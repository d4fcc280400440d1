-- One row for each interval of a mapping's life: from one change of its state to the next. A row without an end is
-- what stands now; a terminal state is a row that ends where it begins.
CREATE TABLE mapping_interval (
    host              text    NOT NULL,
    epoch             bigint  NOT NULL,
    number            bigint  NOT NULL,
    begin_position    bigint  NOT NULL,
    begin_nanos       bigint  NOT NULL,
    end_position      bigint,
    end_nanos         bigint,
    context           bigint  NOT NULL,
    iova_start        bigint  NOT NULL,
    iova_last         bigint  NOT NULL,
    access            text    NOT NULL,
    vaddr             bigint,
    exporter          text,
    bar               integer,
    bar_offset        bigint,
    physical_base     bigint,
    state             text    NOT NULL,
    cause             text    NOT NULL,
    source            text    NOT NULL,
    episode           text,
    refused_call      text,
    refused_errno     integer,
    operation         uuid,
    PRIMARY KEY (host, epoch, number, begin_position)
);
CREATE INDEX mapping_interval_live ON mapping_interval (host, epoch, context, iova_start)
    WHERE end_position IS NULL;
CREATE INDEX mapping_interval_zombie ON mapping_interval (host, begin_position)
    WHERE end_position IS NULL AND state IN ('STALE', 'REVOKED', 'ORPHANED');
CREATE INDEX mapping_interval_context ON mapping_interval (host, epoch, context, begin_position);
CREATE INDEX mapping_interval_episode ON mapping_interval (episode) WHERE episode IS NOT NULL;
COMMENT ON COLUMN mapping_interval.iova_start IS 'unsigned, stored with its top bit flipped so that it sorts';
COMMENT ON COLUMN mapping_interval.iova_last IS 'inclusive, stored as iova_start';

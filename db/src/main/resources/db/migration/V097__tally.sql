-- What reports count is summed up beforehand, 16,384 positions at a time, so that a report over years takes no longer than it
-- takes to add up the sums. They hold of one state of the rows: those of another fold, of another set, or from before something
-- was mended in them, count for nothing.
CREATE TABLE tally (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    up_to    bigint  NOT NULL,
    fold     integer NOT NULL,
    revision bigint  NOT NULL,
    switched xid8
);
INSERT INTO tally (up_to, fold, revision) VALUES (0, 0, 0);
COMMENT ON COLUMN tally.up_to IS 'position of the last record that is in a sum';
COMMENT ON COLUMN tally.fold IS 'as it was of "projection" when they were made, like the two columns behind it';

CREATE TABLE record_tally (
    block   bigint NOT NULL,
    told    text   NOT NULL,
    type    text   NOT NULL,
    records bigint NOT NULL,
    first   bigint NOT NULL,
    last    bigint NOT NULL,
    PRIMARY KEY (block, told, type)
);
COMMENT ON COLUMN record_tally.block IS 'of positions above 16384 * block and up to 16384 * (block + 1)';
COMMENT ON COLUMN record_tally.told IS 'stream; of operations the host that they are of, as operation/HOST';

CREATE TABLE clock_tally (
    block     bigint NOT NULL,
    host      text   NOT NULL,
    facts     bigint NOT NULL,
    backwards bigint NOT NULL,
    skew      bigint NOT NULL,
    longest   bigint NOT NULL,
    shortest  bigint NOT NULL,
    PRIMARY KEY (block, host)
);
COMMENT ON TABLE clock_tally IS 'what fact_time says of a host''s facts';

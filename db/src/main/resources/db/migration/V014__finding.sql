-- Facts that do not fit together. A projection never refuses a fact; it says what is odd about it.
CREATE TABLE finding (
    position bigint  NOT NULL,
    ordinal  integer NOT NULL,
    host     text    NOT NULL,
    text     text    NOT NULL,
    PRIMARY KEY (position, ordinal)
);

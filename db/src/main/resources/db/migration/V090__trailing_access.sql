-- Where the rows stand besides: behind the newest record that is more than that somebody read. Without it every read would make
-- every answer a new one. It counts only while the token of the projection stands at "last".
CREATE TABLE trailing_access (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    last bigint NOT NULL,   -- position of the newest event of access in the rows
    before bigint NOT NULL  -- position of the newest record before it that is none
);
INSERT INTO trailing_access (last, before) VALUES (-1, -1);

-- Who read is looked for among these alone.
CREATE INDEX event_of_accesses ON event (position) WHERE type IN ('access.began', 'access.read', 'access.ended');

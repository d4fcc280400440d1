-- Finds the interval that a change of a mapping ends. PostgreSQL takes the newest of indexes that seem equally good, and
-- before a table's first ANALYZE all do; by any other one a mapping is found by looking through all that stand on its host.
CREATE UNIQUE INDEX mapping_interval_open ON mapping_interval (host, epoch, number) WHERE end_position IS NULL;

-- Find among all mappings there ever were those of which nobody knows whether they translate, which are counted beside every
-- answer about zombies. In whatever schema has the table, for what is there twice has to be alike.
DO $$
DECLARE
    one regclass;
BEGIN
    FOR one IN SELECT c.oid FROM pg_class c WHERE c.relname = 'mapping_interval' AND c.relkind = 'r' LOOP
        EXECUTE format('CREATE INDEX IF NOT EXISTS mapping_interval_doubtful ON %s (host, begin_position)'
            ' WHERE end_position IS NULL AND state IN (''LIMBO'', ''UNKNOWN'')', one);
        EXECUTE format('CREATE INDEX IF NOT EXISTS mapping_interval_past_doubtful ON %s'
            ' (host, life_node, end_position, begin_position)'
            ' WHERE life_node IS NOT NULL AND state IN (''LIMBO'', ''UNKNOWN'')', one);
    END LOOP;
END
$$;

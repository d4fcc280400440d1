-- Find among all mappings there ever were those whose restoration was refused, for each is an alarm, and those of device
-- memory through a file, which are counted beside every answer about devices. In whatever schema has the table, for what is
-- there twice has to be alike.
DO $$
DECLARE
    one regclass;
BEGIN
    FOR one IN SELECT c.oid FROM pg_class c WHERE c.relname = 'mapping_interval' AND c.relkind = 'r' LOOP
        EXECUTE format('CREATE INDEX IF NOT EXISTS mapping_interval_lost ON %s (host, begin_position)'
            ' WHERE cause = ''RESTORE_REFUSED''', one);
        EXECUTE format('CREATE INDEX IF NOT EXISTS mapping_interval_device_memory ON %s (host, begin_position)'
            ' WHERE end_position IS NULL AND device_memory', one);
        EXECUTE format('CREATE INDEX IF NOT EXISTS mapping_interval_past_device_memory ON %s'
            ' (host, life_node, end_position, begin_position) WHERE life_node IS NOT NULL AND device_memory', one);
    END LOOP;
END
$$;

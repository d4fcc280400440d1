-- Finds the mappings whose restoration was refused among all there ever were: each is an alarm. In whatever schema has the
-- table, for what is there twice has to be alike.
DO $$
DECLARE
    one regclass;
BEGIN
    FOR one IN SELECT c.oid FROM pg_class c WHERE c.relname = 'mapping_interval' AND c.relkind = 'r' LOOP
        EXECUTE format('CREATE INDEX IF NOT EXISTS mapping_interval_lost ON %s (host, begin_position) WHERE cause = ''RESTORE_REFUSED''',
            one);
    END LOOP;
END
$$;

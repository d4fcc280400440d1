-- An end that nobody knew may be decided later. What was known meanwhile is kept, for an operation as it stood at an earlier
-- place. In whatever schema has the table, for what is there twice has to be alike; and the rows are made anew from the log
-- while those that there are answer, for they have not kept it.
DO $$
DECLARE
    one regclass;
BEGIN
    FOR one IN SELECT c.oid FROM pg_class c WHERE c.relname = 'requested_operation' AND c.relkind = 'r' LOOP
        EXECUTE format('ALTER TABLE %s ADD COLUMN doubted_position bigint, ADD COLUMN doubted_nanos bigint,'
            ' ADD COLUMN doubted_reason text', one);
        EXECUTE format('COMMENT ON COLUMN %s.doubted_position IS ''of an end that was unknown, before the one that counts''',
            one);
    END LOOP;
END
$$;
UPDATE projection SET fold = 0;

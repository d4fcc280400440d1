-- Events commit to the name of their principal by a hash over it and this salt. Those of before have no commitment. Name
-- and salt go together, and what is left says by which erasure.
ALTER TABLE principal
    ADD salt bytea DEFAULT sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
        || uuid_send(gen_random_uuid())),
    ADD erased_by uuid,
    ALTER name DROP NOT NULL;
ALTER TABLE principal
    ADD CONSTRAINT principal_salt_size CHECK (octet_length(salt) = 32),
    ADD CONSTRAINT principal_erased CHECK ((name IS NULL) = (erased_by IS NOT NULL)
        AND (salt IS NULL) = (erased_by IS NOT NULL));
-- Nothing of them in the planner's statistics, which everybody reads who reads the table; the change of type, which is none,
-- drops what is there. And the former row goes soon.
ALTER TABLE principal ALTER name SET STATISTICS 0, ALTER salt SET STATISTICS 0;
ALTER TABLE principal ALTER name TYPE text;
ALTER TABLE principal SET (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0);
COMMENT ON COLUMN principal.name IS 'null once it is erased';
COMMENT ON COLUMN principal.salt IS '32 random bytes; null once the name is erased';
COMMENT ON COLUMN principal.erased_by IS 'the erasure, whose events are in the stream erasure/<id>';

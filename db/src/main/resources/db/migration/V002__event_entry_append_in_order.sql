-- Positions must be visible in their order, or a reader of "position > ?" skips what commits late. The lock is taken
-- before the first position of a transaction is drawn and held until it ends.
CREATE FUNCTION event_entry_append_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('event_entry'));
    RETURN NULL;
END
$$;
CREATE TRIGGER event_entry_append_in_order BEFORE INSERT ON event_entry
    FOR EACH STATEMENT EXECUTE FUNCTION event_entry_append_in_order();

-- What happened is not changed and not forgotten.
CREATE FUNCTION event_entry_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'event_entry is append-only: % refused', TG_OP;
END
$$;
CREATE TRIGGER event_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON event_entry
    FOR EACH STATEMENT EXECUTE FUNCTION event_entry_append_only();

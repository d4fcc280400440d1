-- Who removes or erases waits for whoever places a hold, and looks then whether there is one. In a transaction that reads from
-- one state of the database he would look at that of before he waited. So such transactions are refused, before all else.
ALTER FUNCTION erase_payloads(bigint) RENAME TO erase_payloads_now;
ALTER FUNCTION erase_principal(uuid) RENAME TO erase_principal_now;
REVOKE ALL ON FUNCTION erase_payloads_now(bigint), erase_principal_now(uuid) FROM PUBLIC, "${service}";

CREATE FUNCTION require_this_moment() RETURNS void LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
        RAISE EXCEPTION 'a transaction that is % does not see the holds of this moment; read committed does',
            current_setting('transaction_isolation') USING ERRCODE = 'LD029';
    END IF;
END
$$;

CREATE FUNCTION erase_payloads(of_removal bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${flyway:defaultSchema}, pg_temp AS $$
BEGIN
    PERFORM require_this_moment();
    RETURN erase_payloads_now(of_removal);
END
$$;

CREATE FUNCTION erase_principal(of_erasure uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${flyway:defaultSchema}, pg_temp AS $$
BEGIN
    PERFORM require_this_moment();
    PERFORM erase_principal_now(of_erasure);
END
$$;

REVOKE ALL ON FUNCTION erase_payloads(bigint), erase_principal(uuid) FROM PUBLIC;
GRANT CREATE ON SCHEMA "${flyway:defaultSchema}" TO "${remover}", "${eraser}";
ALTER FUNCTION erase_payloads(bigint) OWNER TO "${remover}";
ALTER FUNCTION erase_principal(uuid) OWNER TO "${eraser}";
REVOKE CREATE ON SCHEMA "${flyway:defaultSchema}" FROM "${remover}", "${eraser}";

-- The parts of a state are numbered from 0 and each number is there once, so nobody can add one to a state that is in force.
DELETE FROM horizon_state WHERE part < 0;
ALTER TABLE horizon_state ADD CONSTRAINT horizon_state_part CHECK (part >= 0);

-- A period may be named by instants: a record that no host told is of when it was stored.
CREATE INDEX event_of_no_host ON event (stored_at, position) WHERE stream < 'host/' OR stream >= 'host0';

-- The reason for which a principal's name must stay; null if there is none. There are no legal holds yet, and so nothing is
-- held: who brings holds replaces this function. It is asked by the one that erases, and nobody else has to remember it.
CREATE FUNCTION principal_held(id text) RETURNS text LANGUAGE sql STABLE AS $$ SELECT NULL::text $$;

-- A text of a protobuf message, by the number of its field on the outermost level; the last one if there are several, as
-- protobuf has it, and null if there is none or the bytes are no message.
CREATE FUNCTION protobuf_text(message bytea, field integer) RETURNS text
LANGUAGE plpgsql IMMUTABLE SET search_path = ${flyway:defaultSchema}, pg_temp AS $$
DECLARE
    size   integer := octet_length(message);
    at     integer := 0;
    found  text;
    tag    bigint;
    number bigint;
    shift  integer;
    byte   integer;
BEGIN
    WHILE at < size LOOP
        tag := 0;
        shift := 0;
        LOOP
            byte := get_byte(message, at);
            at := at + 1;
            tag := tag | ((byte & 127)::bigint << shift);
            EXIT WHEN byte < 128;
            shift := shift + 7;
            IF shift > 28 THEN RETURN NULL; END IF;
        END LOOP;
        CASE tag & 7
            WHEN 0 THEN
                LOOP
                    byte := get_byte(message, at);
                    at := at + 1;
                    EXIT WHEN byte < 128;
                END LOOP;
            WHEN 1 THEN at := at + 8;
            WHEN 5 THEN at := at + 4;
            WHEN 2 THEN
                number := 0;
                shift := 0;
                LOOP
                    byte := get_byte(message, at);
                    at := at + 1;
                    number := number | ((byte & 127)::bigint << shift);
                    EXIT WHEN byte < 128;
                    shift := shift + 7;
                    IF shift > 28 THEN RETURN NULL; END IF;
                END LOOP;
                IF number > size - at THEN RETURN NULL; END IF;
                IF tag >> 3 = field THEN
                    found := convert_from(substr(message, at + 1, number::integer), 'UTF8');
                END IF;
                at := at + number::integer;
            ELSE RETURN NULL;
        END CASE;
    END LOOP;
    RETURN CASE WHEN at = size THEN found END;
EXCEPTION WHEN data_exception OR array_subscript_error THEN
    RETURN NULL;
END
$$;

-- The only way to a principal's name and salt, and it takes them away: if the log has a request and an approval of the same
-- erasure by two principals, of which the second is not the one that is erased, no withdrawal, and nothing holds the name.
-- Once more changes nothing. It belongs to a role that has no other right than these, and nobody logs in as that.
CREATE FUNCTION erase_principal(of_erasure uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${flyway:defaultSchema}, pg_temp AS $$
DECLARE
    asked   bytea := (SELECT payload FROM event_log
        WHERE stream = 'erasure/' || of_erasure AND type = 'erasure.requested' ORDER BY sequence LIMIT 1);
    agreed  bytea := (SELECT payload FROM event_log
        WHERE stream = 'erasure/' || of_erasure AND type = 'erasure.approved' ORDER BY sequence LIMIT 1);
    whom    text := protobuf_text(asked, 5);
    asker   text := protobuf_text(asked, 3);
    agreer  text := protobuf_text(agreed, 3);
    reason  text;
BEGIN
    IF asked IS NULL OR agreed IS NULL THEN
        RAISE EXCEPTION 'the log has no request and approval of erasure %', of_erasure USING ERRCODE = 'LD010';
    END IF;
    IF whom IS NULL OR whom IS DISTINCT FROM protobuf_text(agreed, 5) OR asker IS NULL OR agreer IS NULL
            OR agreer IN (asker, whom) THEN
        RAISE EXCEPTION 'erasure % was not asked for and approved by two principals', of_erasure USING ERRCODE = 'LD011';
    END IF;
    IF EXISTS (SELECT FROM event_log WHERE stream = 'erasure/' || of_erasure AND type = 'erasure.withdrawn') THEN
        RAISE EXCEPTION 'erasure % was withdrawn', of_erasure USING ERRCODE = 'LD012';
    END IF;
    reason := principal_held(whom);
    IF reason IS NOT NULL THEN
        RAISE EXCEPTION '%', reason USING ERRCODE = 'LD013';
    END IF;
    UPDATE principal SET name = NULL, salt = NULL, erased_by = of_erasure WHERE id = whom AND erased_by IS NULL;
END
$$;

GRANT USAGE, CREATE ON SCHEMA "${flyway:defaultSchema}" TO "${eraser}";
ALTER FUNCTION erase_principal(uuid) OWNER TO "${eraser}";
REVOKE CREATE ON SCHEMA "${flyway:defaultSchema}" FROM "${eraser}";
GRANT SELECT ON event_log TO "${eraser}";
GRANT SELECT (id, erased_by), UPDATE (name, salt, erased_by) ON principal TO "${eraser}";

-- What the servers' login may do: call the functions, read the log through its view, keep the tables that are made from
-- it. Run anew whenever it, or the login's name, changes.
REVOKE ALL ON FUNCTION take_lead(text), renew_lead(bigint), end_lead(bigint),
    append_events(bigint, bigint, text[], bigint[], text[], text[], text[], bigint[], uuid[], bytea[], bytea[],
        text[], bigint[], bigint[], text[], bytea[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION take_lead(text), renew_lead(bigint), end_lead(bigint),
    append_events(bigint, bigint, text[], bigint[], text[], text[], text[], bigint[], uuid[], bytea[], bytea[],
        text[], bigint[], bigint[], text[], bytea[])
    TO "${service}";
GRANT USAGE ON SCHEMA "${flyway:defaultSchema}" TO "${service}";
GRANT SELECT ON event_log, batch_signature TO "${service}";
GRANT SELECT, INSERT, UPDATE, DELETE ON
    snapshot, dead_letter, token_entry, host_epoch, open_operation, idempotency_key, alarm_seen, host_heard,
    fact_time, fact_gap, requested_operation, host_interval, device_interval, context_interval, mapping_interval,
    episode_interval, region_interval, finding, dma_fault, mapping_frames, frame_run, parked_event, rebuild
    TO "${service}";
-- The projection's tables, twice; the set that does not answer is emptied.
GRANT USAGE ON SCHEMA projection_b TO "${service}";
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA projection_b TO "${service}";
GRANT TRUNCATE ON ALL TABLES IN SCHEMA projection_b TO "${service}";
GRANT TRUNCATE ON fact_time, fact_gap, requested_operation, host_interval, device_interval, context_interval,
    mapping_interval, episode_interval, region_interval, finding, dma_fault, mapping_frames, frame_run, parked_event
    TO "${service}";
GRANT SELECT, UPDATE ON projection TO "${service}";

-- The tree over the log and what is signed of it: read by everybody, written by functions alone.
REVOKE ALL ON FUNCTION require_term(bigint), grow_tree(bigint, bigint, bigint, integer[], bigint[], bytea[]),
    name_log(text), keep_checkpoint(bigint, bigint, bytea, text, text), note_tree_problem(bigint, text),
    note_witness(text, text, bigint, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION grow_tree(bigint, bigint, bigint, integer[], bigint[], bytea[]), name_log(text),
    keep_checkpoint(bigint, bigint, bytea, text, text), note_tree_problem(bigint, text),
    note_witness(text, text, bigint, text, text) TO "${service}";
GRANT SELECT ON tree, tree_tile, checkpoint, log_key, witness TO "${service}";

-- Retention: what is removed is seen by everybody, and removed by the function that checks whether it may be.
GRANT EXECUTE ON FUNCTION erase_payloads(bigint), horizon_drop_unused() TO "${service}";
GRANT SELECT ON removed_payload, retention_class, live_hold, horizon TO "${service}";
GRANT SELECT, INSERT ON horizon_state TO "${service}";

-- Names of principals: given once, and taken away by a function that asks the log.
REVOKE ALL ON FUNCTION erase_principal(uuid), principal_held(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION erase_principal(uuid), principal_held(text) TO "${service}";
GRANT EXECUTE ON FUNCTION principal_held(text) TO "${eraser}";
REVOKE ALL ON principal FROM "${service}";
GRANT SELECT ON principal TO "${service}";
GRANT INSERT (id, kind, name) ON principal TO "${service}";

-- Reading the audit.
GRANT SELECT, UPDATE ON trailing_access TO "${service}";

-- Sums for reports.
GRANT SELECT, UPDATE ON tally TO "${service}";
GRANT SELECT, INSERT, DELETE ON record_tally, clock_tally TO "${service}";

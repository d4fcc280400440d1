-- What a database of the first version holds: two hosts, two operations, positions with holes that rolled-back appends
-- left behind, and the rows and tokens that were made of it.
INSERT INTO event_entry (position, event_id, stream, sequence, stream_type, stored_at, payload_type, payload_revision,
    payload, metadata)
SELECT 2 + n * 3, 'a0000000-0000-4000-8000-' || lpad(n::text, 12, '0'), 'host/rack7/1', n, 'Host',
    '2026-11-01T03:14:' || lpad((n % 60)::text, 2, '0') || CASE n % 3 WHEN 0 THEN 'Z' WHEN 1 THEN '.120Z'
        ELSE '.123456789Z' END,
    'host.epoch-ended', '1', decode(lpad(to_hex(n), 8, '0'), 'hex'), convert_to('{}', 'UTF8')
FROM generate_series(0, 1999) AS n;

INSERT INTO event_entry (position, event_id, stream, sequence, stream_type, stored_at, payload_type, payload_revision,
    payload, metadata)
VALUES
    (10000, 'b0000000-0000-4000-8000-000000000001', 'operation/0190b2c4-0000-7000-8000-000000000001', 0,
        'OperationAggregate', '2026-11-01T04:00:00Z', 'operation.requested', '1', '\x0a', convert_to('{"traceId":"t"}', 'UTF8')),
    (10007, 'not-a-uuid', 'host/rack8/4', 0, 'Host', '2026-11-01T04:00:01.5Z', 'host.unknown', '1', '\x0801', NULL);

INSERT INTO host_epoch (host, epoch, instance) VALUES ('rack7', 1, 'c0000000-0000-4000-8000-000000000000');
INSERT INTO principal (id, name, kind) VALUES ('p1', '127.0.0.1', 'unauthenticated');
INSERT INTO open_operation (id, host, epoch, position, event)
    VALUES ('0190b2c4-0000-7000-8000-000000000001', 'rack7', 1, 10000, '\x0a');
INSERT INTO host (id, epoch, epoch_state, instance, machine_id, boot_id, kernel_release, agent_version, on_release,
    on_reset, began_position, began_nanos, position, nanos)
VALUES ('rack7', 1, 'RUNNING', 'c0000000-0000-4000-8000-000000000000', 'm', 'b', '6.1', '0.1.0', 'LEAVE', 'LEAVE', 2, 0,
    5999, 0);
INSERT INTO finding (position, ordinal, host, text) VALUES (5, 0, 'rack7', 'odd');
INSERT INTO token_entry (processor_name, segment, token, token_type, timestamp, owner) VALUES
    ('state', 0, convert_to('{"index":10007,"gaps":[]}', 'UTF8'),
        'org.axonframework.eventhandling.GapAwareTrackingToken', '2026-11-01T04:00:02Z', NULL),
    ('operations', 0, convert_to('{"index":10000,"gaps":[9999]}', 'UTF8'),
        'org.axonframework.eventhandling.GapAwareTrackingToken', '2026-11-01T04:00:02Z', NULL);

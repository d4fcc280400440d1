-- The operation process reads these alone, and would else read and pass over all that agents tell.
CREATE INDEX event_of_operations ON event (position) WHERE type IN ('operation.requested', 'operation.ended',
    'host.instruction-ended', 'host.epoch-began', 'host.epoch-ended');

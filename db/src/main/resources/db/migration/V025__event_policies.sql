-- Finds what an epoch has of policies without reading all its facts.
CREATE INDEX event_policies ON event (stream, sequence) WHERE type = 'host.policies-changed';

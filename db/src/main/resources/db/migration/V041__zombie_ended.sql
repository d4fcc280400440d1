-- What a stream of zombies looks for: where intervals begin or end that make a mapping one or stop it from being one, and
-- where it changes which devices reach a context.
CREATE INDEX mapping_interval_zombie_ended ON mapping_interval (end_position) WHERE zombie AND end_position IS NOT NULL;
CREATE INDEX context_interval_began ON context_interval (begin_position);
CREATE INDEX device_interval_began ON device_interval (begin_position);
CREATE INDEX host_interval_began ON host_interval (begin_position);

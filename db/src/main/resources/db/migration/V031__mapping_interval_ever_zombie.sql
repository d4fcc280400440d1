-- Zombies of all time are looked for host by host, oldest first.
DROP INDEX mapping_interval_ever_zombie;
CREATE INDEX mapping_interval_ever_zombie ON mapping_interval (host, begin_position) WHERE zombie;

COMMENT ON COLUMN mapping_interval.life_node IS
    'where an ended interval is filed; null while it goes on, and of a terminal state, which stands at no position';

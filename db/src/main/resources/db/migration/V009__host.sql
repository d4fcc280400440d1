CREATE TABLE host (
    id              text   PRIMARY KEY,
    epoch           bigint NOT NULL,
    epoch_state     text   NOT NULL,
    instance        uuid   NOT NULL,
    machine_id      text   NOT NULL,
    boot_id         text   NOT NULL,
    kernel_release  text   NOT NULL,
    agent_version   text   NOT NULL,
    on_release      text   NOT NULL,
    on_reset        text   NOT NULL,
    began_position  bigint NOT NULL,
    began_nanos     bigint NOT NULL,
    position        bigint NOT NULL,
    nanos           bigint NOT NULL
);
COMMENT ON TABLE host IS 'the newest epoch of each host, and how far the rows of the host have come';
COMMENT ON COLUMN host.position IS 'of the newest fact of the host that its rows, here and elsewhere, have in them';
COMMENT ON COLUMN host.nanos IS 'effective time of that fact';

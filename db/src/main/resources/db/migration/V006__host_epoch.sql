-- The newest epoch of each host that a session was opened for; older ones are fenced.
CREATE TABLE host_epoch (
    host     text PRIMARY KEY,
    epoch    bigint NOT NULL,
    instance uuid   NOT NULL,
    ended    boolean NOT NULL DEFAULT false
);

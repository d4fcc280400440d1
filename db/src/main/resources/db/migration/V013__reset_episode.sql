CREATE TABLE reset_episode (
    host           text   NOT NULL,
    epoch          bigint NOT NULL,
    number         bigint NOT NULL,
    device         text   NOT NULL,
    kind           text   NOT NULL,
    affected       text[] NOT NULL,
    outcome        text   NOT NULL,
    refused_call   text,
    refused_errno  integer,
    begin_position bigint NOT NULL,
    begin_nanos    bigint NOT NULL,
    end_position   bigint,
    end_nanos      bigint,
    operation      uuid,
    PRIMARY KEY (host, epoch, number)
);
CREATE INDEX reset_episode_open ON reset_episode (host) WHERE end_position IS NULL;

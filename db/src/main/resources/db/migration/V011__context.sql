CREATE TABLE context (
    host        text      NOT NULL,
    epoch       bigint    NOT NULL,
    number      bigint    NOT NULL,
    kind        text      NOT NULL,
    state       text      NOT NULL,
    groups      integer[] NOT NULL,
    page_sizes  bigint    NOT NULL,
    iova_ranges jsonb     NOT NULL,
    dma_avail   bigint    NOT NULL,
    position    bigint    NOT NULL,
    nanos       bigint    NOT NULL,
    PRIMARY KEY (host, epoch, number)
);

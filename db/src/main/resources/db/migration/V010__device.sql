CREATE TABLE device (
    host           text    NOT NULL,
    address        text    NOT NULL,
    epoch          bigint  NOT NULL,
    iommu_group    integer NOT NULL,
    vendor         integer NOT NULL,
    product        integer NOT NULL,
    class_code     integer NOT NULL,
    driver         text    NOT NULL,
    reset_methods  text[]  NOT NULL,
    bars           jsonb   NOT NULL,
    context        text,
    session        integer NOT NULL,
    decoding       text,
    position       bigint  NOT NULL,
    nanos          bigint  NOT NULL,
    PRIMARY KEY (host, address)
);
COMMENT ON COLUMN device.context IS 'the context it is held in; null while the agent does not hold it';

-- Which operation a client's key stands for, so that a repeated request is answered and not carried out again. It is kept
-- for a week.
CREATE TABLE idempotency_key (
    principal  text        NOT NULL,
    key        text        NOT NULL,
    request    bytea       NOT NULL,
    operation  uuid        NOT NULL,
    claimed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (principal, key)
);
CREATE INDEX idempotency_key_claimed ON idempotency_key (claimed_at);
COMMENT ON COLUMN idempotency_key.request IS 'SHA-256 of method, path, query and body of the request that came first';

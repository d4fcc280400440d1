-- Events hold a principal's id, never a name; the names stand here.
CREATE TABLE principal (
    id        text PRIMARY KEY,
    name      text NOT NULL,
    kind      text NOT NULL,
    UNIQUE (kind, name)
);

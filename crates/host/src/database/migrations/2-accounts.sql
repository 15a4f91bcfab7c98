-- Accounts of services. Their tokens are never here: in memory, or in the system's keyring.
CREATE TABLE accounts (
    handle     TEXT    PRIMARY KEY,
    service    TEXT    NOT NULL,            -- twitch | discord | kick | vtube
    role       TEXT    NOT NULL,            -- main | bot
    user_id    TEXT    NOT NULL,
    login      TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    scopes     TEXT    NOT NULL,            -- a JSON list, in the service's words
    remembered INTEGER NOT NULL,
    added_at   REAL    NOT NULL             -- milliseconds since the epoch
) STRICT;

-- Overlays: where the user placed them, and what opens their page in OBS, which keeps the address.
CREATE TABLE overlays (
    plugin    TEXT NOT NULL REFERENCES plugins (id) ON DELETE CASCADE,
    surface   TEXT NOT NULL,
    token     TEXT,
    placement TEXT,                       -- JSON
    PRIMARY KEY (plugin, surface)
) STRICT, WITHOUT ROWID;

-- What the user arranged in the dashboard: one row.
CREATE TABLE dashboard (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    layout TEXT    NOT NULL               -- JSON
) STRICT;

-- What the cookie of the dashboard holds, so that a page that is open finds its way back after a restart.
CREATE TABLE page_session (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    secret TEXT    NOT NULL
) STRICT;

-- What happened on the channel, longer than the bus remembers it.
CREATE TABLE activity (
    id      TEXT    PRIMARY KEY,          -- the event's
    topic   TEXT    NOT NULL,
    source  TEXT    NOT NULL,
    account TEXT,
    time    REAL    NOT NULL,             -- milliseconds since the epoch
    flags   TEXT    NOT NULL,             -- JSON
    data    TEXT    NOT NULL              -- JSON
) STRICT;

CREATE INDEX activity_by_time ON activity (time);

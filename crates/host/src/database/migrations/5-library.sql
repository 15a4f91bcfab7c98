-- Where an installed plugin came from, and who vouches for it.
ALTER TABLE plugins ADD COLUMN component TEXT;     -- the manifest's id, if installed under another name
ALTER TABLE plugins ADD COLUMN source TEXT;        -- what newer versions are looked for at
ALTER TABLE plugins ADD COLUMN publisher TEXT;     -- the key that signed it; none if it is unsigned
ALTER TABLE plugins ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;

-- Earlier versions, to go back to. Their components lie beside the current one, their grants and their
-- storage stay as they were.
CREATE TABLE versions (
    plugin      TEXT    NOT NULL REFERENCES plugins (id) ON DELETE CASCADE,
    hash        TEXT    NOT NULL,
    version     TEXT    NOT NULL,
    origin      TEXT    NOT NULL,
    source      TEXT,
    publisher   TEXT,
    generation  INTEGER NOT NULL,
    replaced_at REAL    NOT NULL,                  -- milliseconds since the epoch
    reason      TEXT,                              -- why it was given up, if it failed
    PRIMARY KEY (plugin, hash)
) STRICT, WITHOUT ROWID;

-- Whose key signed a plugin of this id when it first came. It outlives the plugin, so that nobody can
-- slip in under a name that was trusted.
CREATE TABLE publishers (
    component TEXT PRIMARY KEY,
    key       TEXT NOT NULL,
    since     REAL NOT NULL                        -- milliseconds since the epoch
) STRICT, WITHOUT ROWID;

-- What the user does not want to be asked again.
CREATE TABLE refusals (
    plugin     TEXT NOT NULL REFERENCES plugins (id) ON DELETE CASCADE,
    permission TEXT NOT NULL,
    refused_at REAL NOT NULL,                      -- milliseconds since the epoch
    PRIMARY KEY (plugin, permission)
) STRICT, WITHOUT ROWID;

-- What was granted, refused and used, when and by whom. It outlives the plugins that it speaks of.
CREATE TABLE audit (
    id         INTEGER PRIMARY KEY,
    time       REAL NOT NULL,                      -- milliseconds since the epoch
    plugin     TEXT NOT NULL,
    what       TEXT NOT NULL,
    permission TEXT,
    detail     TEXT,
    times      INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE INDEX audit_by_plugin ON audit (plugin, id);

-- Lists of plugins that the user added.
CREATE TABLE indexes (
    url      TEXT    PRIMARY KEY,
    priority INTEGER NOT NULL,                     -- the smallest comes first
    key      TEXT,                                 -- whose signature it bears; none if it is unsigned
    state    TEXT,                                 -- as it was last seen: JSON, its body in it
    problem  TEXT                                  -- why it could not be fetched the last time
) STRICT, WITHOUT ROWID;

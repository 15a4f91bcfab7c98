-- Installed plugins. The component itself lies in plugins/<id>/<hash>.wasm.
CREATE TABLE plugins (
    id           TEXT    PRIMARY KEY,
    hash         TEXT    NOT NULL,          -- SHA-256 of the component, hexadecimal
    version      TEXT    NOT NULL,
    origin       TEXT    NOT NULL,          -- bundled | file
    enabled      INTEGER NOT NULL DEFAULT 1,
    installed_at REAL    NOT NULL           -- milliseconds since the epoch
) STRICT;

-- What the user granted, bound to the bytes it was granted to.
CREATE TABLE grants (
    plugin     TEXT NOT NULL REFERENCES plugins (id) ON DELETE CASCADE,
    hash       TEXT NOT NULL,
    permission TEXT NOT NULL,
    granted_at REAL NOT NULL,
    PRIMARY KEY (plugin, hash, permission)
) STRICT, WITHOUT ROWID;

-- What plugins store. It outlives an update, and goes with the plugin.
CREATE TABLE storage (
    plugin TEXT NOT NULL REFERENCES plugins (id) ON DELETE CASCADE,
    key    TEXT NOT NULL,
    value  BLOB NOT NULL,
    PRIMARY KEY (plugin, key)
) STRICT, WITHOUT ROWID;

-- What the user set, as JSON. What is not here has the manifest's default.
CREATE TABLE settings (
    plugin TEXT NOT NULL REFERENCES plugins (id) ON DELETE CASCADE,
    key    TEXT NOT NULL,
    value  TEXT NOT NULL,
    PRIMARY KEY (plugin, key)
) STRICT, WITHOUT ROWID;

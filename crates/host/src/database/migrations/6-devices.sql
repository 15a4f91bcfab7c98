-- Phones and tablets on the same network that the user paired.
CREATE TABLE devices (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,  -- never that of a device that was removed
    name      TEXT NOT NULL,
    hash      BLOB NOT NULL UNIQUE,               -- SHA-256 of what its cookie holds
    paired_at REAL NOT NULL,                      -- milliseconds since the epoch
    used_at   REAL NOT NULL                       -- the same, to the minute
) STRICT;

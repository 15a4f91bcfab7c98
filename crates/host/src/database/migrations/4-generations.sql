-- A new version of a plugin works on a copy of what the one before it stored, so that going back brings
-- both back. Each copy is a generation.
CREATE TABLE generations (
    plugin     TEXT    NOT NULL REFERENCES plugins (id) ON DELETE CASCADE,
    generation INTEGER NOT NULL,
    key        TEXT    NOT NULL,
    value      BLOB    NOT NULL,
    PRIMARY KEY (plugin, generation, key)
) STRICT, WITHOUT ROWID;

INSERT INTO generations SELECT plugin, 0, key, value FROM storage;
DROP TABLE storage;
ALTER TABLE generations RENAME TO storage;

-- The one that the plugin works on, and the latest number that was given out: none is used twice.
ALTER TABLE plugins ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;
ALTER TABLE plugins ADD COLUMN last_generation INTEGER NOT NULL DEFAULT 0;

-- The platform that records go to where it is not a hub of ours: address and login, one row.
CREATE TABLE platform (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    base TEXT NOT NULL,
    login TEXT NOT NULL,
    password TEXT NOT NULL,
    token TEXT NOT NULL,
    authority TEXT NOT NULL,
    round INTEGER NOT NULL
) STRICT;

-- Version tags of what was fetched, so that it is fetched again only when it changed.
CREATE TABLE platform_tag (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    tag TEXT NOT NULL,
    PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;

-- Records that met a conflict, which is believed only when it comes twice.
CREATE TABLE platform_conflict (
    record INTEGER PRIMARY KEY REFERENCES record (id),
    conflicts INTEGER NOT NULL
) STRICT;

-- Forms that the platform offers no more: records of them still go up, new ones are not begun.
CREATE TABLE platform_retired (
    form_id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

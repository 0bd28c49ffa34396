-- Who and what was erased: nothing of it comes back with a page of the hub or from a copy. No personal value.
CREATE TABLE erased (
    key TEXT PRIMARY KEY, -- uuid of an entity, instanceID of a record
    at TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Entities that a pulled record names and whose rows have not come yet: one that was changed later comes after the
-- record that created it. What waits here becomes a record_entity when the row comes.
CREATE TABLE record_awaits (
    uuid TEXT NOT NULL,
    record INTEGER NOT NULL REFERENCES record (id) ON DELETE CASCADE,
    PRIMARY KEY (uuid, record)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_awaits_record ON record_awaits (record);

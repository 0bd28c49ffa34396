-- Decisions of people on facts: what form `decision` said of `kept`, and of `other` where it is about two.
CREATE TABLE decision (
    instance_id TEXT NOT NULL PRIMARY KEY,
    n INTEGER NOT NULL,
    dataset TEXT NOT NULL,
    kept TEXT NOT NULL,
    other TEXT NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE INDEX decision_kept ON decision (dataset, kept);
CREATE INDEX decision_other ON decision (dataset, other) WHERE other <> '';

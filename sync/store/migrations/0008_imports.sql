-- Spreadsheets taken in, and the records that came of each: so a whole import can be looked up and undone.
CREATE TABLE import_run (
    id INTEGER PRIMARY KEY,
    form_id TEXT NOT NULL,
    file TEXT NOT NULL,
    author TEXT NOT NULL,
    at TEXT NOT NULL,
    undone_at TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE import_record (
    record INTEGER PRIMARY KEY REFERENCES record (id),
    run INTEGER NOT NULL REFERENCES import_run (id)
) STRICT;

CREATE INDEX import_record_run ON import_record (run);

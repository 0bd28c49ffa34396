-- Ends of the audit log that the hub has signed, for the device that this was then.
CREATE TABLE audit_checkpoint (
    n INTEGER PRIMARY KEY,
    link BLOB NOT NULL,
    at TEXT NOT NULL,
    device TEXT NOT NULL,
    signature BLOB NOT NULL
) STRICT;

-- Ends of laptops' audit logs that this hub has signed.
CREATE TABLE audit_checkpoint (
    device TEXT NOT NULL,
    n INTEGER NOT NULL,
    link BLOB NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (device, n)
) STRICT;

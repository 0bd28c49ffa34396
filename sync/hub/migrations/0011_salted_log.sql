-- What makes heads of the log differ from those of any other log with the same entries: in hexadecimal, one for each
-- transaction, '' where an entry is older. head = H(head before, n, kind, key, digest, salt).
ALTER TABLE log ADD COLUMN salt TEXT NOT NULL DEFAULT '';

-- Files that are still to come, which every greeting names to whoever has them.
CREATE INDEX attachment_missing ON attachment (instance_id) WHERE complete = 0;

-- How far the log of a hub below had come when it last told: a hub that was put back since is noticed by it. head is in
-- hexadecimal.
ALTER TABLE hub_below ADD COLUMN epoch TEXT NOT NULL DEFAULT '';
ALTER TABLE hub_below ADD COLUMN n INTEGER NOT NULL DEFAULT 0;
ALTER TABLE hub_below ADD COLUMN head TEXT NOT NULL DEFAULT '';

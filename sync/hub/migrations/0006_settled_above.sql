-- Up to which place of the own log everything is in a backup of the hub above; laptops may let go of that.
ALTER TABLE hub_above ADD COLUMN settled_n INTEGER NOT NULL DEFAULT 0;

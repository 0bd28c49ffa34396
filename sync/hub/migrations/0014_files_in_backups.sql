-- Where the log stood when a file was whole here: a backup whose log ends there may be without it.
ALTER TABLE attachment ADD COLUMN came_after INTEGER NOT NULL DEFAULT 0;
CREATE INDEX attachment_came ON attachment (came_after) WHERE complete = 1;

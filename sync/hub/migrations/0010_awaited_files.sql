-- Whether somebody waits to hear of a file that is not whole here: 0 nobody, 1 it may still come, 2 it is nowhere.
ALTER TABLE attachment ADD COLUMN awaited INTEGER NOT NULL DEFAULT 0;

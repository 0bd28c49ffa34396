-- Of a file that is not here: '' is to be asked for, 'awaited' the hub has not got it and will say when that changes,
-- 'lost' it is nowhere.
ALTER TABLE attachment ADD COLUMN elsewhere TEXT NOT NULL DEFAULT '';

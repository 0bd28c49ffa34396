-- Why a record is held, so that one which comes again is told the same.
ALTER TABLE record ADD COLUMN reason TEXT NOT NULL DEFAULT '';
UPDATE record SET reason = 'form_unknown' WHERE state = 'held';

-- Devices whose chains this one goes on from, as |A|B|: a restored laptop has a key and a chain of its own.
ALTER TABLE device ADD COLUMN continues TEXT NOT NULL DEFAULT '';

-- Who has shown a record: a laptop that has enrolled anew, too, is told when one that was held is read.
CREATE INDEX chain_instance ON chain (instance_id);

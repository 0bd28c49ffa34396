-- What came from the villages, and with which hand-over: at is when the hub was reached, one moment for all of it.
-- What an office writes itself, or colleagues in it, does not arrive.
CREATE TABLE arrival (
    record INTEGER PRIMARY KEY REFERENCES record (id),
    at TEXT NOT NULL
) STRICT;
CREATE INDEX arrival_at ON arrival (at, record);
CREATE TRIGGER arrival_noted AFTER INSERT ON record
WHEN new.state = 'pulled' AND new.form_id NOT IN ('decision', 'batch_check', 'erasure') BEGIN
    INSERT INTO arrival (record, at) VALUES (new.id, (SELECT last_contact FROM peer));
END;

-- When something of an area came last. Steps of handling are an office's, but for what a village adds.
CREATE TABLE arrival_area (
    area TEXT PRIMARY KEY,
    at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO arrival_area (area, at) SELECT area, at FROM area_last;
CREATE TRIGGER arrival_area_noted AFTER INSERT ON record
WHEN new.state = 'pulled' AND new.form_id NOT IN ('decision', 'batch_check', 'erasure', 'request_update') BEGIN
    INSERT INTO arrival_area (area, at) VALUES (new.area, (SELECT last_contact FROM peer))
        ON CONFLICT (area) DO UPDATE SET at = excluded.at WHERE excluded.at > at;
END;

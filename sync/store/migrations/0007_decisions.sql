-- Who is who and which value stands: the answers of form `decision`, folded as a set, own ones before the hub has them.
CREATE TABLE decision (
    id INTEGER PRIMARY KEY,
    instance_id TEXT NOT NULL UNIQUE,
    dataset TEXT NOT NULL,
    kept TEXT NOT NULL,
    other TEXT NOT NULL,
    author TEXT NOT NULL,
    wall_time TEXT NOT NULL,
    n INTEGER,
    answers TEXT NOT NULL
) STRICT;
CREATE INDEX decision_kept ON decision (kept);
CREATE INDEX decision_other ON decision (other) WHERE other <> '';

-- merged_into is the uuid of whoever stands for this one; review what the hub says is to be decided, JSON or ''.
ALTER TABLE entity ADD COLUMN merged_into TEXT NOT NULL DEFAULT '';
ALTER TABLE entity ADD COLUMN review TEXT NOT NULL DEFAULT '';
CREATE INDEX entity_merged ON entity (dataset, merged_into) WHERE merged_into <> '';
CREATE INDEX entity_review ON entity (dataset, id) WHERE review <> '';

-- Two who are one are counted once.
DROP TRIGGER entity_count_moved;
CREATE TRIGGER entity_count_moved AFTER UPDATE OF village, deleted, merged_into ON entity
WHEN old.village <> new.village OR old.deleted <> new.deleted OR (old.merged_into = '') <> (new.merged_into = '') BEGIN
    UPDATE entity_count SET entities = entities - 1
        WHERE old.deleted = 0 AND old.merged_into = '' AND dataset = old.dataset AND village = old.village;
    INSERT INTO entity_count (dataset, village, entities)
        SELECT new.dataset, new.village, 1 WHERE new.deleted = 0 AND new.merged_into = ''
        ON CONFLICT (dataset, village) DO UPDATE SET entities = entities + 1;
END;

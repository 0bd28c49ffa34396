-- The keys of each entity in one row beside the tree of all keys: each between line ends, instead of a second tree.
CREATE TABLE entity_key (
    entity INTEGER PRIMARY KEY REFERENCES entity (id),
    keys TEXT NOT NULL
) STRICT;
INSERT INTO entity_key (entity, keys)
    SELECT entity, char(10) || group_concat(key, char(10)) || char(10) FROM search_key GROUP BY entity ORDER BY entity;
DROP INDEX search_key_entity;

-- Keys begin with a letter for the dataset, R residents, H households, Q requests, X others: what looks for people does
-- not meet the many more requests that name them.
CREATE TABLE search_key_by_dataset (
    key TEXT NOT NULL,
    entity INTEGER NOT NULL REFERENCES entity (id),
    PRIMARY KEY (key, entity)
) STRICT, WITHOUT ROWID;
INSERT INTO search_key_by_dataset (key, entity)
    SELECT CASE e.dataset WHEN 'residents' THEN 'R' WHEN 'households' THEN 'H' WHEN 'requests' THEN 'Q' ELSE 'X' END || k.key,
        k.entity
    FROM search_key k JOIN entity e ON e.id = k.entity ORDER BY 1, 2;
DROP TABLE search_key;
ALTER TABLE search_key_by_dataset RENAME TO search_key;
CREATE INDEX search_key_entity ON search_key (entity, key);

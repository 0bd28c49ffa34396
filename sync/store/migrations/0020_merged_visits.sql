-- Households that were found to be one are counted once, by the latest visit of any of them.
DROP TRIGGER tally_visit_added;
DROP TRIGGER tally_visit_gone;
DROP TRIGGER tally_visit_left;
DROP TRIGGER tally_visit_came;
DROP VIEW tally_visit_row;
CREATE VIEW tally_visit_row AS
    SELECT e.id, e.village, substr(max(
        coalesce(e.properties ->> 'last_visit', ''),
        coalesce((SELECT max(m.properties ->> 'last_visit') FROM entity m
            WHERE m.dataset = 'households' AND m.merged_into = e.uuid AND m.merged_into <> '' AND m.deleted = 0), '')
    ), 1, 7) AS month
    FROM entity e WHERE e.dataset = 'households' AND e.deleted = 0 AND e.merged_into = '';
DELETE FROM tally_visit;
INSERT INTO tally_visit SELECT village, month, count(*) FROM tally_visit_row GROUP BY village, month;

-- What changes with a household: itself, who stood for it, and who stands for it then.
CREATE TRIGGER tally_visit_added AFTER INSERT ON entity WHEN new.dataset = 'households' BEGIN
    INSERT INTO tally_visit SELECT village, month, 1 FROM tally_visit_row WHERE id = new.id
        ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER tally_visit_left BEFORE UPDATE ON entity
WHEN new.dataset = 'households' AND (
    old.village IS NOT new.village
    OR old.deleted IS NOT new.deleted
    OR old.merged_into IS NOT new.merged_into
    OR old.properties ->> 'last_visit' IS NOT new.properties ->> 'last_visit') BEGIN
    UPDATE tally_visit SET n = n - (
        SELECT count(*) FROM tally_visit_row r WHERE r.village = tally_visit.village AND r.month = tally_visit.month
            AND r.id IN (SELECT old.id UNION SELECT id FROM entity
                WHERE dataset = 'households' AND uuid IN (old.merged_into, new.merged_into)))
        WHERE (village, month) IN (SELECT r.village, r.month FROM tally_visit_row r
            WHERE r.id IN (SELECT old.id UNION SELECT id FROM entity
                WHERE dataset = 'households' AND uuid IN (old.merged_into, new.merged_into)));
    DELETE FROM tally_visit
        WHERE n = 0 AND (village, month) IN (SELECT r.village, r.month FROM tally_visit_row r
            WHERE r.id IN (SELECT old.id UNION SELECT id FROM entity
                WHERE dataset = 'households' AND uuid IN (old.merged_into, new.merged_into)));
END;
CREATE TRIGGER tally_visit_came AFTER UPDATE ON entity
WHEN new.dataset = 'households' AND (
    old.village IS NOT new.village
    OR old.deleted IS NOT new.deleted
    OR old.merged_into IS NOT new.merged_into
    OR old.properties ->> 'last_visit' IS NOT new.properties ->> 'last_visit') BEGIN
    INSERT INTO tally_visit SELECT village, month, count(*) FROM tally_visit_row
        WHERE id IN (SELECT new.id UNION SELECT id FROM entity
            WHERE dataset = 'households' AND uuid IN (old.merged_into, new.merged_into))
        GROUP BY village, month
        ON CONFLICT DO UPDATE SET n = n + excluded.n;
END;
CREATE TRIGGER tally_visit_gone BEFORE DELETE ON entity WHEN old.dataset = 'households' BEGIN
    UPDATE tally_visit SET n = n - (
        SELECT count(*) FROM tally_visit_row r WHERE r.village = tally_visit.village AND r.month = tally_visit.month
            AND r.id IN (SELECT old.id UNION SELECT id FROM entity
                WHERE dataset = 'households' AND uuid = old.merged_into))
        WHERE (village, month) IN (SELECT r.village, r.month FROM tally_visit_row r
            WHERE r.id IN (SELECT old.id UNION SELECT id FROM entity
                WHERE dataset = 'households' AND uuid = old.merged_into));
    DELETE FROM tally_visit
        WHERE n = 0 AND (village, month) IN (SELECT r.village, r.month FROM tally_visit_row r
            WHERE r.id IN (SELECT old.id UNION SELECT id FROM entity
                WHERE dataset = 'households' AND uuid = old.merged_into));
END;
CREATE TRIGGER tally_visit_stays AFTER DELETE ON entity WHEN old.dataset = 'households' AND old.merged_into <> '' BEGIN
    INSERT INTO tally_visit SELECT village, month, 1 FROM tally_visit_row
        WHERE id IN (SELECT id FROM entity WHERE dataset = 'households' AND uuid = old.merged_into)
        ON CONFLICT DO UPDATE SET n = n + 1;
END;

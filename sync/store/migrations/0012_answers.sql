-- The counts of answers grew with the number of requests: days to the answer are counted apart, the rest in few kinds.
DROP TRIGGER tally_answer_added;
DROP TRIGGER tally_answer_gone;
DROP TRIGGER tally_answer_left;
DROP TRIGGER tally_answer_came;
DROP VIEW tally_answer_row;
DROP TABLE tally_answer;

-- Answered requests: month of the answer, calendar days from receipt to it, 99 for more.
CREATE TABLE tally_wait (
    village TEXT NOT NULL,
    department TEXT NOT NULL,
    month TEXT NOT NULL,
    days INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (village, department, month, days)
) STRICT, WITHOUT ROWID;
CREATE VIEW tally_wait_row AS
    SELECT id, village, iif(department <> '', department, suggested) AS department,
        substr(course ->> 'answered_on', 1, 7) AS month,
        min(99, max(0, coalesce(
            CAST(julianday(course ->> 'answered_on') - julianday(course ->> 'received_on') AS INTEGER), 0))) AS days
    FROM request WHERE course ->> 'answered_on' <> '';
INSERT INTO tally_wait SELECT village, department, month, days, count(*)
    FROM tally_wait_row GROUP BY village, department, month, days;
CREATE TRIGGER tally_wait_added AFTER INSERT ON request BEGIN
    INSERT INTO tally_wait SELECT village, department, month, days, 1 FROM tally_wait_row WHERE id = new.id
        ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER tally_wait_gone BEFORE DELETE ON request BEGIN
    UPDATE tally_wait SET n = n - 1
        WHERE (village, department, month, days)
        = (SELECT village, department, month, days FROM tally_wait_row WHERE id = old.id);
    DELETE FROM tally_wait
        WHERE n = 0 AND (village, department, month, days)
        = (SELECT village, department, month, days FROM tally_wait_row WHERE id = old.id);
END;
CREATE TRIGGER tally_wait_left BEFORE UPDATE ON request
WHEN old.village IS NOT new.village
    OR old.department IS NOT new.department
    OR old.suggested IS NOT new.suggested
    OR old.course IS NOT new.course BEGIN
    UPDATE tally_wait SET n = n - 1
        WHERE (village, department, month, days)
        = (SELECT village, department, month, days FROM tally_wait_row WHERE id = old.id);
    DELETE FROM tally_wait
        WHERE n = 0 AND (village, department, month, days)
        = (SELECT village, department, month, days FROM tally_wait_row WHERE id = old.id);
END;
CREATE TRIGGER tally_wait_came AFTER UPDATE ON request
WHEN old.village IS NOT new.village
    OR old.department IS NOT new.department
    OR old.suggested IS NOT new.suggested
    OR old.course IS NOT new.course BEGIN
    INSERT INTO tally_wait SELECT village, department, month, days, 1 FROM tally_wait_row WHERE id = new.id
        ON CONFLICT DO UPDATE SET n = n + 1;
END;

-- Answered requests: month of the answer, told (-1: not, 3: within three days, 9: later), reaction.
CREATE TABLE tally_told (
    village TEXT NOT NULL,
    department TEXT NOT NULL,
    month TEXT NOT NULL,
    told INTEGER NOT NULL,
    reaction TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (village, department, month, told, reaction)
) STRICT, WITHOUT ROWID;
CREATE VIEW tally_told_row AS
    SELECT id, village, iif(department <> '', department, suggested) AS department,
        substr(course ->> 'answered_on', 1, 7) AS month,
        CASE WHEN course ->> 'told_on' = '' THEN -1
            WHEN julianday(course ->> 'told_on') - julianday(course ->> 'answered_on') <= 3 THEN 3
            ELSE 9 END AS told,
        coalesce(course ->> 'reaction', '') AS reaction
    FROM request WHERE course ->> 'answered_on' <> '';
INSERT INTO tally_told SELECT village, department, month, told, reaction, count(*)
    FROM tally_told_row GROUP BY village, department, month, told, reaction;
CREATE TRIGGER tally_told_added AFTER INSERT ON request BEGIN
    INSERT INTO tally_told SELECT village, department, month, told, reaction, 1 FROM tally_told_row WHERE id = new.id
        ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER tally_told_gone BEFORE DELETE ON request BEGIN
    UPDATE tally_told SET n = n - 1
        WHERE (village, department, month, told, reaction)
        = (SELECT village, department, month, told, reaction FROM tally_told_row WHERE id = old.id);
    DELETE FROM tally_told
        WHERE n = 0 AND (village, department, month, told, reaction)
        = (SELECT village, department, month, told, reaction FROM tally_told_row WHERE id = old.id);
END;
CREATE TRIGGER tally_told_left BEFORE UPDATE ON request
WHEN old.village IS NOT new.village
    OR old.department IS NOT new.department
    OR old.suggested IS NOT new.suggested
    OR old.course IS NOT new.course BEGIN
    UPDATE tally_told SET n = n - 1
        WHERE (village, department, month, told, reaction)
        = (SELECT village, department, month, told, reaction FROM tally_told_row WHERE id = old.id);
    DELETE FROM tally_told
        WHERE n = 0 AND (village, department, month, told, reaction)
        = (SELECT village, department, month, told, reaction FROM tally_told_row WHERE id = old.id);
END;
CREATE TRIGGER tally_told_came AFTER UPDATE ON request
WHEN old.village IS NOT new.village
    OR old.department IS NOT new.department
    OR old.suggested IS NOT new.suggested
    OR old.course IS NOT new.course BEGIN
    INSERT INTO tally_told SELECT village, department, month, told, reaction, 1 FROM tally_told_row WHERE id = new.id
        ON CONFLICT DO UPDATE SET n = n + 1;
END;

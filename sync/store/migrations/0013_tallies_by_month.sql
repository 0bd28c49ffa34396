-- Counts by month lead with the month, so that what changed is read again without the rest, and each change of a month's
-- counts is noted: tally_changed says which months to read again. What was counted moves over; no request is read.
CREATE TABLE tally_changed (
    tally TEXT NOT NULL,
    month TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (tally, month)
) STRICT, WITHOUT ROWID;

-- Requests by the month in which they were recorded.
DROP TRIGGER tally_month_added;
DROP TRIGGER tally_month_gone;
DROP TRIGGER tally_month_left;
DROP TRIGGER tally_month_came;
ALTER TABLE tally_month RENAME TO tally_month_before;
CREATE TABLE tally_month (
    month TEXT NOT NULL,
    village TEXT NOT NULL,
    category TEXT NOT NULL,
    matter TEXT NOT NULL,
    department TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (month, village, category, matter, department)
) STRICT, WITHOUT ROWID;
INSERT INTO tally_month SELECT month, village, category, matter, department, n FROM tally_month_before;
DROP TABLE tally_month_before;
INSERT INTO tally_changed SELECT DISTINCT 'month', month, 1 FROM tally_month;
CREATE TRIGGER tally_month_added AFTER INSERT ON request BEGIN
    INSERT INTO tally_month SELECT month, village, category, matter, department, 1 FROM tally_month_row WHERE id = new.id
        ON CONFLICT DO UPDATE SET n = n + 1;
    INSERT INTO tally_changed SELECT 'month', month, 1 FROM tally_month_row WHERE id = new.id
        ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER tally_month_gone BEFORE DELETE ON request BEGIN
    UPDATE tally_month SET n = n - 1
        WHERE (month, village, category, matter, department)
        = (SELECT month, village, category, matter, department FROM tally_month_row WHERE id = old.id);
    DELETE FROM tally_month
        WHERE n = 0 AND (month, village, category, matter, department)
        = (SELECT month, village, category, matter, department FROM tally_month_row WHERE id = old.id);
    INSERT INTO tally_changed SELECT 'month', month, 1 FROM tally_month_row WHERE id = old.id
        ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER tally_month_left BEFORE UPDATE ON request
WHEN old.village IS NOT new.village
    OR old.category IS NOT new.category
    OR old.matter IS NOT new.matter
    OR old.department IS NOT new.department
    OR old.suggested IS NOT new.suggested
    OR old.recorded_on IS NOT new.recorded_on BEGIN
    UPDATE tally_month SET n = n - 1
        WHERE (month, village, category, matter, department)
        = (SELECT month, village, category, matter, department FROM tally_month_row WHERE id = old.id);
    DELETE FROM tally_month
        WHERE n = 0 AND (month, village, category, matter, department)
        = (SELECT month, village, category, matter, department FROM tally_month_row WHERE id = old.id);
    INSERT INTO tally_changed SELECT 'month', month, 1 FROM tally_month_row WHERE id = old.id
        ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER tally_month_came AFTER UPDATE ON request
WHEN old.village IS NOT new.village
    OR old.category IS NOT new.category
    OR old.matter IS NOT new.matter
    OR old.department IS NOT new.department
    OR old.suggested IS NOT new.suggested
    OR old.recorded_on IS NOT new.recorded_on BEGIN
    INSERT INTO tally_month SELECT month, village, category, matter, department, 1 FROM tally_month_row WHERE id = new.id
        ON CONFLICT DO UPDATE SET n = n + 1;
    INSERT INTO tally_changed SELECT 'month', month, 1 FROM tally_month_row WHERE id = new.id
        ON CONFLICT DO UPDATE SET n = n + 1;
END;

-- Answered requests: month of the answer, calendar days from receipt to it, 99 for more.
DROP TRIGGER tally_wait_added;
DROP TRIGGER tally_wait_gone;
DROP TRIGGER tally_wait_left;
DROP TRIGGER tally_wait_came;
ALTER TABLE tally_wait RENAME TO tally_wait_before;
CREATE TABLE tally_wait (
    month TEXT NOT NULL,
    department TEXT NOT NULL,
    days INTEGER NOT NULL,
    village TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (month, department, days, village)
) STRICT, WITHOUT ROWID;
INSERT INTO tally_wait SELECT month, department, days, village, n FROM tally_wait_before;
DROP TABLE tally_wait_before;
INSERT INTO tally_changed SELECT DISTINCT 'wait', month, 1 FROM tally_wait;
CREATE TRIGGER tally_wait_added AFTER INSERT ON request WHEN new.course ->> 'answered_on' <> '' BEGIN
    INSERT INTO tally_wait SELECT month, department, days, village, 1 FROM tally_wait_row WHERE id = new.id
        ON CONFLICT DO UPDATE SET n = n + 1;
    INSERT INTO tally_changed SELECT 'wait', month, 1 FROM tally_wait_row WHERE id = new.id
        ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER tally_wait_gone BEFORE DELETE ON request WHEN old.course ->> 'answered_on' <> '' BEGIN
    UPDATE tally_wait SET n = n - 1
        WHERE (month, department, days, village)
        = (SELECT month, department, days, village FROM tally_wait_row WHERE id = old.id);
    DELETE FROM tally_wait
        WHERE n = 0 AND (month, department, days, village)
        = (SELECT month, department, days, village FROM tally_wait_row WHERE id = old.id);
    INSERT INTO tally_changed SELECT 'wait', month, 1 FROM tally_wait_row WHERE id = old.id
        ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER tally_wait_left BEFORE UPDATE ON request
WHEN old.course ->> 'answered_on' <> '' AND (
    old.village IS NOT new.village
    OR old.department IS NOT new.department
    OR old.suggested IS NOT new.suggested
    OR old.course IS NOT new.course) BEGIN
    UPDATE tally_wait SET n = n - 1
        WHERE (month, department, days, village)
        = (SELECT month, department, days, village FROM tally_wait_row WHERE id = old.id);
    DELETE FROM tally_wait
        WHERE n = 0 AND (month, department, days, village)
        = (SELECT month, department, days, village FROM tally_wait_row WHERE id = old.id);
    INSERT INTO tally_changed SELECT 'wait', month, 1 FROM tally_wait_row WHERE id = old.id
        ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER tally_wait_came AFTER UPDATE ON request
WHEN new.course ->> 'answered_on' <> '' AND (
    old.village IS NOT new.village
    OR old.department IS NOT new.department
    OR old.suggested IS NOT new.suggested
    OR old.course IS NOT new.course) BEGIN
    INSERT INTO tally_wait SELECT month, department, days, village, 1 FROM tally_wait_row WHERE id = new.id
        ON CONFLICT DO UPDATE SET n = n + 1;
    INSERT INTO tally_changed SELECT 'wait', month, 1 FROM tally_wait_row WHERE id = new.id
        ON CONFLICT DO UPDATE SET n = n + 1;
END;

-- Answered requests: month of the answer, told (-1: not, 3: within three days, 9: later), reaction.
DROP TRIGGER tally_told_added;
DROP TRIGGER tally_told_gone;
DROP TRIGGER tally_told_left;
DROP TRIGGER tally_told_came;
ALTER TABLE tally_told RENAME TO tally_told_before;
CREATE TABLE tally_told (
    month TEXT NOT NULL,
    department TEXT NOT NULL,
    told INTEGER NOT NULL,
    reaction TEXT NOT NULL,
    village TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (month, department, told, reaction, village)
) STRICT, WITHOUT ROWID;
INSERT INTO tally_told SELECT month, department, told, reaction, village, n FROM tally_told_before;
DROP TABLE tally_told_before;
INSERT INTO tally_changed SELECT DISTINCT 'told', month, 1 FROM tally_told;
CREATE TRIGGER tally_told_added AFTER INSERT ON request WHEN new.course ->> 'answered_on' <> '' BEGIN
    INSERT INTO tally_told SELECT month, department, told, reaction, village, 1 FROM tally_told_row WHERE id = new.id
        ON CONFLICT DO UPDATE SET n = n + 1;
    INSERT INTO tally_changed SELECT 'told', month, 1 FROM tally_told_row WHERE id = new.id
        ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER tally_told_gone BEFORE DELETE ON request WHEN old.course ->> 'answered_on' <> '' BEGIN
    UPDATE tally_told SET n = n - 1
        WHERE (month, department, told, reaction, village)
        = (SELECT month, department, told, reaction, village FROM tally_told_row WHERE id = old.id);
    DELETE FROM tally_told
        WHERE n = 0 AND (month, department, told, reaction, village)
        = (SELECT month, department, told, reaction, village FROM tally_told_row WHERE id = old.id);
    INSERT INTO tally_changed SELECT 'told', month, 1 FROM tally_told_row WHERE id = old.id
        ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER tally_told_left BEFORE UPDATE ON request
WHEN old.course ->> 'answered_on' <> '' AND (
    old.village IS NOT new.village
    OR old.department IS NOT new.department
    OR old.suggested IS NOT new.suggested
    OR old.course IS NOT new.course) BEGIN
    UPDATE tally_told SET n = n - 1
        WHERE (month, department, told, reaction, village)
        = (SELECT month, department, told, reaction, village FROM tally_told_row WHERE id = old.id);
    DELETE FROM tally_told
        WHERE n = 0 AND (month, department, told, reaction, village)
        = (SELECT month, department, told, reaction, village FROM tally_told_row WHERE id = old.id);
    INSERT INTO tally_changed SELECT 'told', month, 1 FROM tally_told_row WHERE id = old.id
        ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER tally_told_came AFTER UPDATE ON request
WHEN new.course ->> 'answered_on' <> '' AND (
    old.village IS NOT new.village
    OR old.department IS NOT new.department
    OR old.suggested IS NOT new.suggested
    OR old.course IS NOT new.course) BEGIN
    INSERT INTO tally_told SELECT month, department, told, reaction, village, 1 FROM tally_told_row WHERE id = new.id
        ON CONFLICT DO UPDATE SET n = n + 1;
    INSERT INTO tally_changed SELECT 'told', month, 1 FROM tally_told_row WHERE id = new.id
        ON CONFLICT DO UPDATE SET n = n + 1;
END;

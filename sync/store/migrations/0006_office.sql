-- Counts of the office's overview, kept by triggers so that opening it reads no request: a view says what is counted,
-- before a change its row is taken away, after it added. Months are 2026-11; department is the assigned one, before
-- that the matter's. Rows that reach 0 go.

-- Requests by the month in which they were recorded.
CREATE TABLE tally_month (
    village TEXT NOT NULL,
    category TEXT NOT NULL,
    matter TEXT NOT NULL,
    department TEXT NOT NULL,
    month TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (village, category, matter, department, month)
) STRICT, WITHOUT ROWID;
CREATE VIEW tally_month_row AS 
    SELECT id, village, category, matter, iif(department <> '', department, suggested) AS department,
        substr(recorded_on, 1, 7) AS month
    FROM request;
INSERT INTO tally_month SELECT village, category, matter, department, month, count(*) FROM tally_month_row GROUP BY village, category, matter, department, month;
CREATE TRIGGER tally_month_added AFTER INSERT ON request BEGIN
    INSERT INTO tally_month SELECT village, category, matter, department, month, 1 FROM tally_month_row WHERE id = new.id
        ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER tally_month_gone BEFORE DELETE ON request BEGIN
    UPDATE tally_month SET n = n - 1
        WHERE (village, category, matter, department, month) = (SELECT village, category, matter, department, month FROM tally_month_row WHERE id = old.id);
    DELETE FROM tally_month
        WHERE n = 0 AND (village, category, matter, department, month) = (SELECT village, category, matter, department, month FROM tally_month_row WHERE id = old.id);
END;
CREATE TRIGGER tally_month_left BEFORE UPDATE ON request
WHEN old.village IS NOT new.village
    OR old.category IS NOT new.category
    OR old.matter IS NOT new.matter
    OR old.department IS NOT new.department
    OR old.suggested IS NOT new.suggested
    OR old.recorded_on IS NOT new.recorded_on BEGIN
    UPDATE tally_month SET n = n - 1
        WHERE (village, category, matter, department, month) = (SELECT village, category, matter, department, month FROM tally_month_row WHERE id = old.id);
    DELETE FROM tally_month
        WHERE n = 0 AND (village, category, matter, department, month) = (SELECT village, category, matter, department, month FROM tally_month_row WHERE id = old.id);
END;
CREATE TRIGGER tally_month_came AFTER UPDATE ON request
WHEN old.village IS NOT new.village
    OR old.category IS NOT new.category
    OR old.matter IS NOT new.matter
    OR old.department IS NOT new.department
    OR old.suggested IS NOT new.suggested
    OR old.recorded_on IS NOT new.recorded_on BEGIN
    INSERT INTO tally_month SELECT village, category, matter, department, month, 1 FROM tally_month_row WHERE id = new.id
        ON CONFLICT DO UPDATE SET n = n + 1;
END;

-- Open requests by the day they are due; due is empty while no limit runs.
CREATE TABLE tally_due (
    village TEXT NOT NULL,
    department TEXT NOT NULL,
    state TEXT NOT NULL,
    due TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (village, department, state, due)
) STRICT, WITHOUT ROWID;
CREATE VIEW tally_due_row AS 
    SELECT id, village, iif(department <> '', department, suggested) AS department, state,
        iif(running = 1, due, '') AS due
    FROM request WHERE open = 1;
INSERT INTO tally_due SELECT village, department, state, due, count(*) FROM tally_due_row GROUP BY village, department, state, due;
CREATE TRIGGER tally_due_added AFTER INSERT ON request BEGIN
    INSERT INTO tally_due SELECT village, department, state, due, 1 FROM tally_due_row WHERE id = new.id
        ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER tally_due_gone BEFORE DELETE ON request BEGIN
    UPDATE tally_due SET n = n - 1
        WHERE (village, department, state, due) = (SELECT village, department, state, due FROM tally_due_row WHERE id = old.id);
    DELETE FROM tally_due
        WHERE n = 0 AND (village, department, state, due) = (SELECT village, department, state, due FROM tally_due_row WHERE id = old.id);
END;
CREATE TRIGGER tally_due_left BEFORE UPDATE ON request
WHEN old.village IS NOT new.village
    OR old.department IS NOT new.department
    OR old.suggested IS NOT new.suggested
    OR old.state IS NOT new.state
    OR old.due IS NOT new.due
    OR old.running IS NOT new.running
    OR old.open IS NOT new.open BEGIN
    UPDATE tally_due SET n = n - 1
        WHERE (village, department, state, due) = (SELECT village, department, state, due FROM tally_due_row WHERE id = old.id);
    DELETE FROM tally_due
        WHERE n = 0 AND (village, department, state, due) = (SELECT village, department, state, due FROM tally_due_row WHERE id = old.id);
END;
CREATE TRIGGER tally_due_came AFTER UPDATE ON request
WHEN old.village IS NOT new.village
    OR old.department IS NOT new.department
    OR old.suggested IS NOT new.suggested
    OR old.state IS NOT new.state
    OR old.due IS NOT new.due
    OR old.running IS NOT new.running
    OR old.open IS NOT new.open BEGIN
    INSERT INTO tally_due SELECT village, department, state, due, 1 FROM tally_due_row WHERE id = new.id
        ON CONFLICT DO UPDATE SET n = n + 1;
END;

-- Answered requests: month of the answer, calendar days from receipt to it, days to telling (-1: not told), reaction.
CREATE TABLE tally_answer (
    village TEXT NOT NULL,
    category TEXT NOT NULL,
    department TEXT NOT NULL,
    month TEXT NOT NULL,
    days INTEGER NOT NULL,
    told INTEGER NOT NULL,
    reaction TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (village, category, department, month, days, told, reaction)
) STRICT, WITHOUT ROWID;
CREATE VIEW tally_answer_row AS 
    SELECT id, village, category, iif(department <> '', department, suggested) AS department,
        substr(course ->> 'answered_on', 1, 7) AS month,
        max(0, coalesce(CAST(julianday(course ->> 'answered_on') - julianday(course ->> 'received_on') AS INTEGER), 0))
            AS days,
        max(-1, coalesce(CAST(julianday(course ->> 'told_on') - julianday(course ->> 'answered_on') AS INTEGER), -1))
            AS told,
        coalesce(course ->> 'reaction', '') AS reaction
    FROM request WHERE course ->> 'answered_on' <> '';
INSERT INTO tally_answer SELECT village, category, department, month, days, told, reaction, count(*) FROM tally_answer_row GROUP BY village, category, department, month, days, told, reaction;
CREATE TRIGGER tally_answer_added AFTER INSERT ON request BEGIN
    INSERT INTO tally_answer SELECT village, category, department, month, days, told, reaction, 1 FROM tally_answer_row WHERE id = new.id
        ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER tally_answer_gone BEFORE DELETE ON request BEGIN
    UPDATE tally_answer SET n = n - 1
        WHERE (village, category, department, month, days, told, reaction) = (SELECT village, category, department, month, days, told, reaction FROM tally_answer_row WHERE id = old.id);
    DELETE FROM tally_answer
        WHERE n = 0 AND (village, category, department, month, days, told, reaction) = (SELECT village, category, department, month, days, told, reaction FROM tally_answer_row WHERE id = old.id);
END;
CREATE TRIGGER tally_answer_left BEFORE UPDATE ON request
WHEN old.village IS NOT new.village
    OR old.category IS NOT new.category
    OR old.department IS NOT new.department
    OR old.suggested IS NOT new.suggested
    OR old.course IS NOT new.course BEGIN
    UPDATE tally_answer SET n = n - 1
        WHERE (village, category, department, month, days, told, reaction) = (SELECT village, category, department, month, days, told, reaction FROM tally_answer_row WHERE id = old.id);
    DELETE FROM tally_answer
        WHERE n = 0 AND (village, category, department, month, days, told, reaction) = (SELECT village, category, department, month, days, told, reaction FROM tally_answer_row WHERE id = old.id);
END;
CREATE TRIGGER tally_answer_came AFTER UPDATE ON request
WHEN old.village IS NOT new.village
    OR old.category IS NOT new.category
    OR old.department IS NOT new.department
    OR old.suggested IS NOT new.suggested
    OR old.course IS NOT new.course BEGIN
    INSERT INTO tally_answer SELECT village, category, department, month, days, told, reaction, 1 FROM tally_answer_row WHERE id = new.id
        ON CONFLICT DO UPDATE SET n = n + 1;
END;

-- Households by the month of their last visit, empty where none is known.
CREATE TABLE tally_visit (
    village TEXT NOT NULL,
    month TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (village, month)
) STRICT, WITHOUT ROWID;
CREATE VIEW tally_visit_row AS 
    SELECT id, village, substr(coalesce(properties ->> 'last_visit', ''), 1, 7) AS month
    FROM entity WHERE dataset = 'households' AND deleted = 0;
INSERT INTO tally_visit SELECT village, month, count(*) FROM tally_visit_row GROUP BY village, month;
CREATE TRIGGER tally_visit_added AFTER INSERT ON entity BEGIN
    INSERT INTO tally_visit SELECT village, month, 1 FROM tally_visit_row WHERE id = new.id
        ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER tally_visit_gone BEFORE DELETE ON entity BEGIN
    UPDATE tally_visit SET n = n - 1
        WHERE (village, month) = (SELECT village, month FROM tally_visit_row WHERE id = old.id);
    DELETE FROM tally_visit
        WHERE n = 0 AND (village, month) = (SELECT village, month FROM tally_visit_row WHERE id = old.id);
END;
CREATE TRIGGER tally_visit_left BEFORE UPDATE ON entity
WHEN old.village IS NOT new.village
    OR old.deleted IS NOT new.deleted
    OR old.properties IS NOT new.properties BEGIN
    UPDATE tally_visit SET n = n - 1
        WHERE (village, month) = (SELECT village, month FROM tally_visit_row WHERE id = old.id);
    DELETE FROM tally_visit
        WHERE n = 0 AND (village, month) = (SELECT village, month FROM tally_visit_row WHERE id = old.id);
END;
CREATE TRIGGER tally_visit_came AFTER UPDATE ON entity
WHEN old.village IS NOT new.village
    OR old.deleted IS NOT new.deleted
    OR old.properties IS NOT new.properties BEGIN
    INSERT INTO tally_visit SELECT village, month, 1 FROM tally_visit_row WHERE id = new.id
        ON CONFLICT DO UPDATE SET n = n + 1;
END;

-- The newest record of each area: how old what is known of it is.
CREATE TABLE area_last (
    area TEXT PRIMARY KEY,
    at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO area_last (area, at) SELECT area, max(wall_time) FROM record GROUP BY area;
CREATE TRIGGER area_last_added AFTER INSERT ON record BEGIN
    INSERT INTO area_last (area, at) VALUES (new.area, new.wall_time)
        ON CONFLICT (area) DO UPDATE SET at = excluded.at WHERE excluded.at > at;
END;

-- What left the office, or waits for the second person; body is JSON: its sums and what they count.
CREATE TABLE release (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('proposed', 'approved', 'refused')),
    made_by TEXT NOT NULL,
    made_at TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at TEXT NOT NULL,
    reason TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX release_made ON release (made_at);

-- What a person decided about an opinion that may be published.
CREATE TABLE opinion_review (
    instance_id TEXT PRIMARY KEY,
    decision TEXT NOT NULL,
    text TEXT NOT NULL,
    answer TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER opinion_review_forgotten AFTER DELETE ON payload BEGIN
    DELETE FROM opinion_review WHERE instance_id = (SELECT instance_id FROM record WHERE id = old.record);
END;

-- Names that came before the rest of their rows: residents are found by them while a first hand-over is under way.
-- n and mark say which row it is; keys are those of search_key, each between line ends.
CREATE TABLE arriving (
    n INTEGER NOT NULL,
    mark BLOB NOT NULL,
    label TEXT NOT NULL,
    area TEXT NOT NULL,
    village TEXT NOT NULL,
    keys TEXT NOT NULL,
    PRIMARY KEY (n, mark)
) STRICT, WITHOUT ROWID;

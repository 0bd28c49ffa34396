-- Who asked what departments were given: where their name or telephone changes, those departments hear of it.
CREATE TABLE asker (
    resident TEXT NOT NULL,
    request TEXT NOT NULL,
    PRIMARY KEY (resident, request)
) STRICT;

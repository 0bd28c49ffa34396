-- Who asked what departments were given, and their household: where one of these changes, the departments hear of it.
CREATE TABLE asker (
    subject TEXT NOT NULL,
    request TEXT NOT NULL,
    PRIMARY KEY (subject, request)
) STRICT;

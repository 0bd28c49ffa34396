-- Form versions that the program made itself out of its pack, and of which version of the pack's form: those that
-- somebody changed are not among them, and are never replaced without a person's word.
CREATE TABLE made_form (
    form_id TEXT NOT NULL,
    version TEXT NOT NULL,
    pack TEXT NOT NULL,
    PRIMARY KEY (form_id, version)
) STRICT;

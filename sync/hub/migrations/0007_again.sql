-- Envelopes under which a known record came again on another chain, as from a laptop that was enrolled anew: without
-- them the run that they are part of could not be handed on whole. XML and salt stand in record.
CREATE TABLE envelope_again (
    device TEXT NOT NULL,
    seq INTEGER NOT NULL,
    link BLOB NOT NULL,
    instance_id TEXT NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (device, seq, link)
) STRICT;

-- Runs as they came, so that they can be handed on whole: first and last are places in the device's chain, link is
-- that of the last. receipt is what this hub signed for it, above what the hub above signed (empty while it has not).
CREATE TABLE run (
    device TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    link BLOB NOT NULL,
    before BLOB NOT NULL,
    signature BLOB NOT NULL,
    n INTEGER NOT NULL,
    receipt BLOB NOT NULL,
    above BLOB NOT NULL,
    PRIMARY KEY (device, first, link)
) STRICT;
CREATE INDEX run_waiting ON run (n) WHERE length(above) = 0;

-- What a device last told by bundle: what the next bundle for it answers.
CREATE TABLE question (
    device TEXT NOT NULL PRIMARY KEY,
    id BLOB NOT NULL,
    lowest INTEGER NOT NULL,
    body BLOB NOT NULL,
    at TEXT NOT NULL
) STRICT;

-- Devices of hubs below, for which those hubs vouch.
CREATE TABLE relayed (
    device TEXT NOT NULL PRIMARY KEY,
    relay TEXT NOT NULL,
    key BLOB NOT NULL,
    role TEXT NOT NULL,
    area TEXT NOT NULL,
    departments TEXT NOT NULL,
    created_at TEXT NOT NULL,
    revoked_at TEXT NOT NULL
) STRICT;
CREATE INDEX relayed_relay ON relayed (relay);

-- Hubs below: the device under which each speaks here, and the hub that it is.
CREATE TABLE hub_below (
    device TEXT NOT NULL PRIMARY KEY,
    hub TEXT NOT NULL,
    key BLOB NOT NULL
) STRICT;

-- The hub above, at most one row; identity is sealed.
CREATE TABLE hub_above (
    one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    identity BLOB NOT NULL,
    epoch TEXT NOT NULL,
    n INTEGER NOT NULL,
    head BLOB NOT NULL,
    cursor BLOB NOT NULL,
    backed_up_n INTEGER NOT NULL,
    seen_at TEXT NOT NULL,
    trouble TEXT NOT NULL
) STRICT;

-- How much of an attachment the hub above has.
CREATE TABLE attachment_above (
    instance_id TEXT NOT NULL,
    name TEXT NOT NULL,
    received INTEGER NOT NULL,
    complete INTEGER NOT NULL,
    PRIMARY KEY (instance_id, name)
) STRICT;

-- What a device has handed in on one day.
CREATE TABLE quota (
    device TEXT NOT NULL,
    day TEXT NOT NULL,
    records INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (device, day)
) STRICT;

-- Short numbers of requests, for the page on which residents ask after theirs.
CREATE TABLE request_number (
    ref TEXT NOT NULL,
    instance_id TEXT NOT NULL,
    request TEXT NOT NULL,
    PRIMARY KEY (ref, instance_id)
) STRICT;

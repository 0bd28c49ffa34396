-- Bundles that were written here: id is what the answer repeats, cursor where the pull stood then.
CREATE TABLE bundle (
    id BLOB PRIMARY KEY,
    written_at TEXT NOT NULL,
    records INTEGER NOT NULL,
    cursor BLOB NOT NULL,
    answered_at TEXT NOT NULL
) STRICT;

-- Epochs of the hub that are over: an answer from one of them is stale.
CREATE TABLE left_epoch (
    epoch TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- Hubs beside the own one that it vouches for, lowest first.
CREATE TABLE hub_above (
    hub TEXT PRIMARY KEY,
    place INTEGER NOT NULL,
    name TEXT NOT NULL,
    identity BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- What hubs signed for: places first to last of a device's chain.
CREATE TABLE signed_receipt (
    hub TEXT NOT NULL,
    device TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    link BLOB NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (hub, device, first, link)
) STRICT;

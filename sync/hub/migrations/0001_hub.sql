-- Types are TEXT, INTEGER and BLOB only, and STRICT comes last, so that PostgreSQL takes the same statements with
-- BIGINT and BYTEA. Areas are paths of codes, times ISO 8601 in UTC.

CREATE TABLE meta (
    name TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT;

-- The log: position n is given under the lock of log_head, at commit; head = H(head before, n, kind, key, digest).
CREATE TABLE log_head (
    one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    n INTEGER NOT NULL,
    head BLOB NOT NULL
) STRICT;

CREATE TABLE log (
    n INTEGER NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    digest BLOB NOT NULL,
    head BLOB NOT NULL,
    at TEXT NOT NULL
) STRICT;

CREATE TABLE record (
    instance_id TEXT NOT NULL PRIMARY KEY,
    n INTEGER NOT NULL UNIQUE,
    state TEXT NOT NULL,
    form_id TEXT NOT NULL,
    form_version TEXT NOT NULL,
    device TEXT NOT NULL,
    seq INTEGER NOT NULL,
    area TEXT NOT NULL,
    claimed_area TEXT NOT NULL,
    author TEXT NOT NULL,
    wall_time TEXT NOT NULL,
    clock_offset INTEGER NOT NULL,
    suite INTEGER NOT NULL,
    protocol INTEGER NOT NULL,
    attachments BLOB NOT NULL,
    extra BLOB NOT NULL,
    xml BLOB NOT NULL,
    salt BLOB NOT NULL,
    hash BLOB NOT NULL
) STRICT;
CREATE INDEX record_form ON record (form_id, form_version, state);

-- Every link of a device's chain that was ever shown, quarantined ones too: two at one place are a clone.
CREATE TABLE chain (
    device TEXT NOT NULL,
    seq INTEGER NOT NULL,
    link BLOB NOT NULL,
    instance_id TEXT NOT NULL,
    PRIMARY KEY (device, seq, link)
) STRICT;

CREATE TABLE quarantine (
    id TEXT NOT NULL PRIMARY KEY,
    at TEXT NOT NULL,
    device TEXT NOT NULL,
    instance_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    hash BLOB NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE INDEX quarantine_instance ON quarantine (instance_id);

CREATE TABLE alarm (
    id TEXT NOT NULL PRIMARY KEY,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    device TEXT NOT NULL,
    subject TEXT NOT NULL
) STRICT;

CREATE TABLE counter (
    name TEXT NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT;

CREATE TABLE attachment (
    instance_id TEXT NOT NULL,
    name TEXT NOT NULL,
    hash BLOB NOT NULL,
    size INTEGER NOT NULL,
    received INTEGER NOT NULL,
    complete INTEGER NOT NULL,
    blob_name TEXT NOT NULL,
    blob_key BLOB NOT NULL,
    PRIMARY KEY (instance_id, name)
) STRICT;

CREATE TABLE attachment_part (
    instance_id TEXT NOT NULL,
    name TEXT NOT NULL,
    start INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (instance_id, name, start)
) STRICT;

CREATE TABLE invitation (
    id TEXT NOT NULL PRIMARY KEY,
    key BLOB NOT NULL,
    role TEXT NOT NULL,
    area TEXT NOT NULL,
    departments TEXT NOT NULL,
    device TEXT NOT NULL,
    letters TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT NOT NULL
) STRICT;

CREATE TABLE failed_try (
    id TEXT NOT NULL PRIMARY KEY,
    at TEXT NOT NULL
) STRICT;

CREATE TABLE device (
    id TEXT NOT NULL PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    person TEXT NOT NULL,
    role TEXT NOT NULL,
    area TEXT NOT NULL,
    departments TEXT NOT NULL,
    letters TEXT NOT NULL UNIQUE,
    scope INTEGER NOT NULL,
    invitation TEXT NOT NULL,
    created_at TEXT NOT NULL,
    revoked_at TEXT NOT NULL,
    seen_at TEXT NOT NULL
) STRICT;

CREATE TABLE area_letters (
    area TEXT NOT NULL PRIMARY KEY,
    letters TEXT NOT NULL UNIQUE,
    given INTEGER NOT NULL
) STRICT;

-- Published, never changed: every version of a form, and each list as it stands.
CREATE TABLE form (
    form_id TEXT NOT NULL,
    version TEXT NOT NULL,
    title TEXT NOT NULL,
    xform BLOB NOT NULL,
    media BLOB NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (form_id, version)
) STRICT;

CREATE TABLE list (
    name TEXT NOT NULL PRIMARY KEY,
    csv BLOB NOT NULL,
    n INTEGER NOT NULL
) STRICT;

-- What follows is derived: a pure function of the log.
CREATE TABLE entity (
    dataset TEXT NOT NULL,
    uuid TEXT NOT NULL,
    area TEXT NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (dataset, uuid)
) STRICT;

CREATE TABLE held_change (
    instance_id TEXT NOT NULL,
    place INTEGER NOT NULL,
    dataset TEXT NOT NULL,
    uuid TEXT NOT NULL,
    area TEXT NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (instance_id, place)
) STRICT;
CREATE INDEX held_change_entity ON held_change (dataset, uuid);

CREATE TABLE event (
    instance_id TEXT NOT NULL PRIMARY KEY,
    n INTEGER NOT NULL,
    request TEXT NOT NULL,
    area TEXT NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE INDEX event_request ON event (request, n);

-- Departments that a request was ever assigned to, as |A|B|.
CREATE TABLE request (
    uuid TEXT NOT NULL PRIMARY KEY,
    departments TEXT NOT NULL
) STRICT;

-- The change feed keeps the newest row of each key; area is '' where all may see it, device where one may.
CREATE TABLE feed (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    area TEXT NOT NULL,
    device TEXT NOT NULL,
    n INTEGER NOT NULL,
    moved_to TEXT NOT NULL,
    departments TEXT NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (kind, key, area, device)
) STRICT;
CREATE INDEX feed_n ON feed (n);

CREATE TABLE audit (
    n INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    link BLOB NOT NULL
) STRICT;

CREATE TABLE audit_head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    n INTEGER NOT NULL,
    link BLOB NOT NULL
) STRICT;

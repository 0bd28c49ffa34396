-- Areas are paths of codes, times ISO 8601 in UTC, days ISO dates; hashes have 32 bytes.

CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Who this device is, one row; key is the seed of its signing key.
CREATE TABLE identity (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    device TEXT NOT NULL,
    role TEXT NOT NULL,
    area TEXT NOT NULL,
    letters TEXT NOT NULL,
    key BLOB NOT NULL,
    departments TEXT NOT NULL,
    hub TEXT NOT NULL,
    hub_name TEXT NOT NULL,
    hub_identity BLOB NOT NULL,
    hub_backup_identity BLOB NOT NULL,
    url TEXT NOT NULL
) STRICT;

-- The head of each chain that this device has written; a new identity starts a new one.
CREATE TABLE chain (
    device TEXT PRIMARY KEY,
    seq INTEGER NOT NULL,
    link BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- What is known of the hub, one row. It lies beside the acknowledgement flags, and changes with them.
CREATE TABLE peer (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    epoch TEXT NOT NULL,
    n INTEGER NOT NULL,
    head BLOB NOT NULL,
    cursor BLOB NOT NULL,
    clock_offset INTEGER NOT NULL,
    last_contact TEXT NOT NULL,
    backed_up_n INTEGER NOT NULL
) STRICT;
INSERT INTO peer VALUES (1, '', 0, zeroblob(32), x'', 0, '', 0);

CREATE TABLE number_counter (
    kind TEXT NOT NULL,
    letters TEXT NOT NULL,
    running INTEGER NOT NULL,
    PRIMARY KEY (kind, letters)
) STRICT, WITHOUT ROWID;

-- Finalised records. id is the order of finalising here; seq, link and device come with the first hand-over.
CREATE TABLE record (
    id INTEGER PRIMARY KEY,
    instance_id TEXT NOT NULL UNIQUE,
    form_id TEXT NOT NULL,
    form_version TEXT NOT NULL,
    area TEXT NOT NULL,
    ref TEXT NOT NULL,
    author TEXT NOT NULL,
    wall_time TEXT NOT NULL,
    clock_offset INTEGER NOT NULL,
    commit_hash BLOB NOT NULL,
    suite INTEGER NOT NULL,
    protocol INTEGER NOT NULL,
    extra BLOB NOT NULL,
    urgent INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'acknowledged', 'held', 'rejected', 'pulled')),
    reason TEXT NOT NULL,
    device TEXT,
    seq INTEGER,
    link BLOB,
    n INTEGER,
    acknowledged_at TEXT NOT NULL,
    deprecated_id TEXT NOT NULL,
    superseded_by TEXT NOT NULL
) STRICT;
-- Own ones: what is pulled may hold two records of one place, where a laptop was restored or cloned.
CREATE UNIQUE INDEX record_chain ON record (device, seq) WHERE seq IS NOT NULL AND state <> 'pulled';
CREATE INDEX record_form ON record (form_id, id);
CREATE INDEX record_state ON record (state, id);
CREATE INDEX record_form_state ON record (form_id, state, id);
CREATE INDEX record_unchained ON record (urgent DESC, id) WHERE seq IS NULL AND state = 'waiting';
CREATE INDEX record_ref ON record (ref) WHERE ref <> '';
CREATE INDEX record_deprecated ON record (deprecated_id) WHERE deprecated_id <> '';

-- What erasure takes away: the bytes and their salt. The record, its commit and its link stay.
CREATE TABLE payload (
    record INTEGER PRIMARY KEY REFERENCES record (id),
    xml BLOB NOT NULL,
    salt BLOB NOT NULL
) STRICT;

-- blob and key are empty while the bytes are not here; received counts those that the hub has.
CREATE TABLE attachment (
    record INTEGER NOT NULL REFERENCES record (id),
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    hash BLOB NOT NULL,
    size INTEGER NOT NULL,
    blob TEXT NOT NULL,
    key BLOB NOT NULL,
    received INTEGER NOT NULL,
    complete INTEGER NOT NULL,
    PRIMARY KEY (record, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX attachment_blob ON attachment (blob) WHERE blob <> '';
CREATE INDEX attachment_open ON attachment (size, record) WHERE complete = 0;
CREATE INDEX attachment_away ON attachment (size, record) WHERE blob = '';

CREATE TABLE record_count (
    state TEXT PRIMARY KEY,
    records INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER record_count_added AFTER INSERT ON record BEGIN
    INSERT INTO record_count (state, records) VALUES (new.state, 1)
        ON CONFLICT (state) DO UPDATE SET records = records + 1;
END;
CREATE TRIGGER record_count_moved AFTER UPDATE OF state ON record WHEN old.state <> new.state BEGIN
    UPDATE record_count SET records = records - 1 WHERE state = old.state;
    INSERT INTO record_count (state, records) VALUES (new.state, 1)
        ON CONFLICT (state) DO UPDATE SET records = records + 1;
END;

-- Receipts of the hub and of those above it.
CREATE TABLE receipt (
    instance_id TEXT NOT NULL,
    level TEXT NOT NULL,
    n INTEGER NOT NULL,
    state TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (instance_id, level)
) STRICT, WITHOUT ROWID;

CREATE TABLE draft (
    id TEXT PRIMARY KEY,
    form_id TEXT NOT NULL,
    form_version TEXT NOT NULL,
    title TEXT NOT NULL,
    xml BLOB NOT NULL,
    language TEXT NOT NULL,
    place TEXT NOT NULL,
    subject TEXT NOT NULL,
    editing TEXT NOT NULL,
    author TEXT NOT NULL,
    filled INTEGER NOT NULL,
    total INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    saved_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX draft_saved ON draft (saved_at);
CREATE INDEX draft_form ON draft (form_id, saved_at);
CREATE TABLE draft_file (
    draft TEXT NOT NULL REFERENCES draft (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    hash BLOB NOT NULL,
    size INTEGER NOT NULL,
    blob TEXT NOT NULL,
    key BLOB NOT NULL,
    PRIMARY KEY (draft, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX draft_file_blob ON draft_file (blob);

CREATE TABLE form (
    form_id TEXT NOT NULL,
    version TEXT NOT NULL,
    title TEXT NOT NULL,
    hash BLOB NOT NULL,
    xform BLOB NOT NULL,
    current INTEGER NOT NULL,
    added_at TEXT NOT NULL,
    PRIMARY KEY (form_id, version)
) STRICT;
CREATE UNIQUE INDEX form_current ON form (form_id) WHERE current = 1;
CREATE TABLE form_media (
    form_id TEXT NOT NULL,
    version TEXT NOT NULL,
    name TEXT NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (form_id, version, name),
    FOREIGN KEY (form_id, version) REFERENCES form (form_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE list (
    name TEXT PRIMARY KEY,
    csv BLOB NOT NULL,
    hash BLOB NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;

-- Entities as they are shown: the hub's row (n is its position there) with own pending edits on top.
-- parent is the household of a resident, opened what the hub says of a request's first record. branch_base is the baseVersion of the next edit in the branch; trunk_version the hub version it started from.
CREATE TABLE entity (
    id INTEGER PRIMARY KEY,
    dataset TEXT NOT NULL,
    uuid TEXT NOT NULL,
    label TEXT NOT NULL,
    area TEXT NOT NULL,
    village TEXT NOT NULL,
    parent TEXT NOT NULL,
    version INTEGER NOT NULL,
    properties TEXT NOT NULL,
    opened TEXT NOT NULL,
    conflict TEXT NOT NULL,
    deleted INTEGER NOT NULL,
    n INTEGER,
    pending INTEGER NOT NULL,
    trunk_version INTEGER,
    branch_id TEXT NOT NULL,
    branch_base INTEGER NOT NULL,
    last_contact TEXT NOT NULL DEFAULT '',
    requests INTEGER NOT NULL DEFAULT 0,
    UNIQUE (uuid, dataset)
) STRICT;
CREATE INDEX entity_dataset ON entity (dataset, id) WHERE deleted = 0;
CREATE INDEX entity_village ON entity (dataset, village, id) WHERE deleted = 0;
CREATE INDEX entity_parent ON entity (parent, dataset, id) WHERE parent <> '';
CREATE INDEX entity_village_contact ON entity (dataset, village, last_contact, id) WHERE deleted = 0;
CREATE INDEX entity_contact ON entity (dataset, last_contact, id) WHERE deleted = 0;

-- The hub's row beneath pending edits; kept only while there are any.
CREATE TABLE entity_base (
    entity INTEGER PRIMARY KEY REFERENCES entity (id),
    label TEXT NOT NULL,
    area TEXT NOT NULL,
    version INTEGER NOT NULL,
    properties TEXT NOT NULL,
    conflict TEXT NOT NULL,
    deleted INTEGER NOT NULL
) STRICT;
CREATE TABLE entity_pending (
    record INTEGER NOT NULL REFERENCES record (id),
    position INTEGER NOT NULL,
    entity INTEGER NOT NULL REFERENCES entity (id),
    change TEXT NOT NULL,
    PRIMARY KEY (entity, record, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX entity_pending_record ON entity_pending (record);

CREATE TABLE entity_count (
    dataset TEXT NOT NULL,
    village TEXT NOT NULL,
    entities INTEGER NOT NULL,
    PRIMARY KEY (dataset, village)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER entity_count_added AFTER INSERT ON entity WHEN new.deleted = 0 BEGIN
    INSERT INTO entity_count (dataset, village, entities) VALUES (new.dataset, new.village, 1)
        ON CONFLICT (dataset, village) DO UPDATE SET entities = entities + 1;
END;
CREATE TRIGGER entity_count_moved AFTER UPDATE OF village, deleted ON entity
WHEN old.village <> new.village OR old.deleted <> new.deleted BEGIN
    UPDATE entity_count SET entities = entities - 1
        WHERE old.deleted = 0 AND dataset = old.dataset AND village = old.village;
    INSERT INTO entity_count (dataset, village, entities)
        SELECT new.dataset, new.village, 1 WHERE new.deleted = 0
        ON CONFLICT (dataset, village) DO UPDATE SET entities = entities + 1;
END;

-- Which records created, changed or named an entity.
CREATE TABLE record_entity (
    entity INTEGER NOT NULL REFERENCES entity (id),
    record INTEGER NOT NULL REFERENCES record (id),
    PRIMARY KEY (entity, record)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_entity_record ON record_entity (record);

-- The course of requests. n is the hub's position; without one the event is own and pending, in the order of id.
CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    instance_id TEXT NOT NULL UNIQUE,
    request TEXT NOT NULL,
    form_id TEXT NOT NULL,
    author TEXT NOT NULL,
    wall_time TEXT NOT NULL,
    n INTEGER,
    late INTEGER NOT NULL,
    answers TEXT NOT NULL
) STRICT;
CREATE INDEX event_request ON event (request, n, id);

-- The fold of the events, for lists. due_order is due, or 9999 where there is none; running: the clock counts.
CREATE TABLE request (
    id INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL UNIQUE,
    ref TEXT NOT NULL,
    instance_id TEXT NOT NULL,
    form_id TEXT NOT NULL,
    label TEXT NOT NULL,
    area TEXT NOT NULL,
    village TEXT NOT NULL,
    person TEXT NOT NULL,
    who TEXT NOT NULL,
    category TEXT NOT NULL,
    matter TEXT NOT NULL,
    urgency TEXT NOT NULL,
    department TEXT NOT NULL,
    suggested TEXT NOT NULL,
    state TEXT NOT NULL,
    outcome TEXT NOT NULL,
    recorded_on TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    due TEXT NOT NULL,
    due_order TEXT NOT NULL,
    provisional INTEGER NOT NULL,
    days INTEGER,
    paused INTEGER NOT NULL,
    running INTEGER NOT NULL,
    open INTEGER NOT NULL,
    hand_over TEXT NOT NULL,
    pending INTEGER NOT NULL,
    late INTEGER NOT NULL,
    course TEXT NOT NULL
) STRICT;
CREATE INDEX request_ref ON request (ref) WHERE ref <> '';
CREATE INDEX request_person ON request (person, recorded_on, id) WHERE person <> '';
CREATE INDEX request_recent ON request (recorded_on, id);
CREATE INDEX request_recent_state ON request (state, recorded_on, id);
CREATE INDEX request_recent_department ON request (department, recorded_on, id);
CREATE INDEX request_recent_village ON request (village, recorded_on, id);
CREATE INDEX request_recent_open ON request (recorded_on, id) WHERE open = 1;
CREATE INDEX request_due ON request (due_order, id);
CREATE INDEX request_due_state ON request (state, due_order, id);
CREATE INDEX request_due_department ON request (department, due_order, id);
CREATE INDEX request_due_village ON request (village, due_order, id);
CREATE INDEX request_due_running ON request (due_order, id) WHERE running = 1;
CREATE INDEX request_due_open ON request (due_order, id) WHERE open = 1;

CREATE TABLE request_count (
    village TEXT NOT NULL,
    department TEXT NOT NULL,
    state TEXT NOT NULL,
    requests INTEGER NOT NULL,
    PRIMARY KEY (village, department, state)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER request_count_added AFTER INSERT ON request BEGIN
    INSERT INTO request_count (village, department, state, requests) VALUES (new.village, new.department, new.state, 1)
        ON CONFLICT (village, department, state) DO UPDATE SET requests = requests + 1;
END;
CREATE TRIGGER request_count_moved AFTER UPDATE OF village, department, state ON request
WHEN old.village <> new.village OR old.department <> new.department OR old.state <> new.state BEGIN
    UPDATE request_count SET requests = requests - 1
        WHERE village = old.village AND department = old.department AND state = old.state;
    INSERT INTO request_count (village, department, state, requests) VALUES (new.village, new.department, new.state, 1)
        ON CONFLICT (village, department, state) DO UPDATE SET requests = requests + 1;
END;

-- What people type to find somebody: keys as in sync/store/search_keys.py, found by range.
CREATE TABLE search_key (
    key TEXT NOT NULL,
    entity INTEGER NOT NULL REFERENCES entity (id),
    PRIMARY KEY (key, entity)
) STRICT, WITHOUT ROWID;
CREATE INDEX search_key_entity ON search_key (entity, key);

CREATE TABLE notice (
    key TEXT PRIMARY KEY,
    n INTEGER NOT NULL,
    body TEXT NOT NULL,
    read INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

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
INSERT INTO audit_head (one, n, link) VALUES (1, 0, zeroblob(32));

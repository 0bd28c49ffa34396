"""The hub derived anew from its log, to be compared with the one that lives."""

from __future__ import annotations

from typing import Any

from simulation_disk import Disk
from simulation_template import compiled, template

from forms import xml
from sync import crypto
from sync.hub import accounts, attachments, continuing, forms, ingest, records, relay
from sync.hub.derive import Context
from sync.hub.log import Entry, Log
from sync.protocol import Run
from sync.wire import cbor

DERIVED = (
    "log_head",
    "log",
    "record",
    "entity",
    "held_change",
    "event",
    "decision",
    "request",
    "feed",
)
ACCOUNTS = ("device", "relayed", "chain")  # who was let in, and what was shown: no log says so


def differences(world: Any) -> list[str]:
    """Tables in which a hub that reads the log again differs from the one that wrote it."""
    live: Disk = world.site.disk
    made = Disk((template().alone if world.county is None else template().below).image)
    try:
        database = made.open("rebuilt.db")
        for table in ACCOUNTS:
            _copy(live, made, table)
        with database.write() as connection:
            _replay(world, live, connection)
        return [table for table in DERIVED if _rows(live, table) != _rows(made, table)]
    finally:
        made.destroy()


def _copy(live: Disk, made: Disk, table: str) -> None:
    rows = live.ask(f"SELECT * FROM {table}")  # noqa: S608
    made.raw.execute(f"DELETE FROM {table}")  # noqa: S608
    for row in rows:
        made.raw.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608


def _rows(disk: Disk, table: str) -> list[tuple[Any, ...]]:
    """All rows; of receipts those for the device that wrote: who showed a record when stands in no log."""
    rows = disk.ask(f"SELECT * FROM {table}")  # noqa: S608
    if table == "feed":
        wrote = dict(disk.ask("SELECT instance_id, device FROM record"))
        rows = [row for row in rows if row[0] != "receipt" or wrote.get(row[1]) == row[3]]
        # What the hub above has signed is in no log here.
    return sorted(rows, key=repr)


def _replay(world: Any, live: Disk, connection: Any) -> None:
    reference = forms.Reference()
    areas, calendar = reference.areas(connection), reference.calendar(connection)
    known = {(row[0], row[1]) for row in live.ask("SELECT form_id, version FROM form WHERE n <= ?", template().n)}
    envelopes = world.site.hub.read(lambda there: {row[0]: records.get(there, row[0]) for row in _ids(live)})
    at_n = template().n
    query = "SELECT n, kind, key, digest, at, salt FROM log WHERE n > ? ORDER BY n"
    for n, kind, key, digest, at, salt in live.ask(query, at_n):
        log = Log(connection, now=at, salt=salt)
        if n <= log.n:
            continue  # written with the form that let it be read
        context = Context(areas, calendar, at)
        match kind:
            case Entry.RECORD:
                _take(world, connection, log, envelopes[key], known, context)
            case Entry.RELEASE:
                envelope = envelopes[key]
                form = compiled(world.sources[envelope.form_id, envelope.form_version])
                ingest.release(connection, log, form, context)
            case Entry.CONTINUE:
                continuing.give_back(connection, key, n=log.append(Entry.CONTINUE, key, crypto.digest(key.encode())))
            case Entry.FILE:
                instance_id = key.partition("/")[0]
                attachments.show_again(connection, instance_id, n=log.append(Entry.FILE, key, digest))
            case Entry.RECEIPT:
                log.append(Entry.RECEIPT, key, digest)
            case Entry.FORM:
                form_id, version = key.split("/")
                known.add((form_id, version))
                _publish(live, connection, log, compiled(world.sources[form_id, version]), context)
        log.flush()


def _take(world: Any, connection: Any, log: Log, envelope: Any, known: set[Any], context: Context) -> None:
    """Take in one record alone, whatever it came together with."""
    form = (envelope.form_id, envelope.form_version)
    read = None
    if form in known:
        read = ingest.read_record(envelope, compiled(world.sources[form]), xml.parse(envelope.xml))
    device = accounts.find_device(connection, envelope.device)
    run = Run(envelope.device, bytes(32), (envelope,), b"")
    checked = ingest.Checked(envelope, bytes(32), None, read)
    if device is None:  # of a laptop that was let in after the backup: the record came back from the county
        device = relay.anybody(template().above, envelope.device)
    ingest.Intake(connection, log, device, context).take_all(run, (checked,))


def _ids(live: Disk) -> list[tuple[Any, ...]]:
    return live.ask("SELECT instance_id FROM record")


def _publish(live: Disk, connection: Any, log: Log, form: Any, context: Context) -> None:
    xform, media = live.ask(
        "SELECT xform, media FROM form WHERE form_id = ? AND version = ?", form.form_id, form.version
    )[0]
    forms.publish_form(connection, log, form, xform, cbor.loads(media))
    ingest.release(connection, log, form, context)

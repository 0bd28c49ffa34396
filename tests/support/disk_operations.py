"""The seven things that are done on a failing disk, and what must hold afterwards. Runs in the forking process too."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from store_samples import AUTHOR, GROUP, SECRET, Clock, Village, form, new_village, submission

from forms.errors import Fault
from sync.store import access, copies, copy_reading, opening, restoring
from sync.store.api import Draft, NewAttachment
from sync.store.migrating import migrate
from sync.store.store import Store
from sync.vault.database import Database
from sync.vault.keys import DataKey
from sync.vault.migrations import Migration

PHOTO = bytes(range(256)) * 900
TODAY = "2026-11-20"
NEW_USER, NEW_SECRET = "林晓", "a second quiet river"
DRAFT_STEPS = ("一", "一二", "一二三")

Say = Callable[[str], None]


def template(folder: Path) -> dict[str, Any]:
    """A workspace `w` with records, photographs and a draft, a backup `b` of it; what the checks need to know."""
    village = new_village(folder / "w")
    house = village.household("王建国")
    village.resident("王建国", house, phone="15400001234")
    for number in range(6):
        village.request()
        if number % 3 == 0:
            _record(village, f"uuid:old-{number}")
    draft = village.store.drafts.save(Draft("", "request", "1", "草稿", b"<a>old</a>", author=AUTHOR))
    village.store.drafts.attach(draft, NewAttachment("old.jpg", PHOTO[:70_000]))
    village.store.copy_to_file(village.key, folder / "b")
    rows = village.store.records.list(limit=1000).rows
    known = {row.instance_id: village.store.records.get(row.instance_id).xml.hex() for row in rows}  # type: ignore[union-attr]
    village.store.close()
    return {"key": village.key.secret().hex(), "draft": draft, "known": known}


def _record(village: Village, instance: str) -> None:
    answers = {"head_name": "李大成", "house_no": instance, "area": GROUP}
    entity = str(uuid.UUID(bytes=hashlib.sha256(instance.encode()).digest()[:16], version=4))  # the same once more
    made = submission("household", answers, instance=instance, entity=entity, label="李", attachments=("a.jpg",))
    village.put("household", made, attachments=(NewAttachment("a.jpg", PHOTO),))


def village_in(folder: Path, values: dict[str, Any]) -> Village:
    """With new chance each time, as a program that was started again has."""
    seed = int.from_bytes(os.urandom(8), "big")
    clock = Clock(f"{TODAY}T09:00:00+08:00")
    return Village(folder / "w", DataKey(bytes.fromhex(values["key"])), clock, random.Random(seed))


# ---- the seven


def finalise(folder: Path, say: Say, values: dict[str, Any]) -> None:
    village = village_in(folder, values)
    for number in range(3):
        _record(village, f"uuid:new-{number}")
        say(f"uuid:new-{number}")


def save_draft(folder: Path, say: Say, values: dict[str, Any]) -> None:
    village = village_in(folder, values)
    for text in DRAFT_STEPS:
        xml = f"<a>{text}</a>".encode()
        village.store.drafts.save(Draft(values["draft"], "request", "1", "草稿", xml, author=AUTHOR))
        say(text)


def change_slots(folder: Path, say: Say, values: dict[str, Any]) -> None:
    key = DataKey(bytes.fromhex(values["key"]))
    access.add_user(folder / "w", key, user=NEW_USER, secret=NEW_SECRET)
    say("added")


def migrate_store(folder: Path, say: Say, values: dict[str, Any]) -> None:
    key = DataKey(bytes.fromhex(values["key"]))
    database = Database.open(folder / "w" / "store.db", key.database(), writer=True)
    migrate(database, steps(), key, now="t")
    say("migrated")


def steps() -> tuple[Migration, ...]:
    """The shipped ones and two more, which touch many pages."""
    known = opening.known_migrations()
    first = "CREATE TABLE later (a BLOB) STRICT;\nINSERT INTO later SELECT xml FROM payload;\n"
    second = "UPDATE payload SET xml = CAST(xml || x'' AS BLOB);\nCREATE INDEX later_a ON later (a);\n"
    return (*known, Migration(len(known) + 1, "later", first), Migration(len(known) + 2, "latest", second))


def back_up(folder: Path, say: Say, values: dict[str, Any]) -> None:
    village = village_in(folder, values)
    village.store.copy_to_place(village.key, folder / "disk", today=TODAY)
    say("place")
    village.store.copy_to_file(village.key, folder / "new")
    say("file")


def restore(folder: Path, say: Say, values: dict[str, Any]) -> None:
    key = DataKey(bytes.fromhex(values["key"]))
    with copy_reading.read_copy(folder / "b") as copy:
        restoring.restore(copy, key, folder / "back", actor=AUTHOR, clock=Clock())
    say("restored")


def write_blob(folder: Path, say: Say, values: dict[str, Any]) -> None:
    village = village_in(folder, values)
    village.store.drafts.attach(values["draft"], NewAttachment("new.jpg", PHOTO))
    say("attached")


OPERATIONS = {
    "finalise": finalise,
    "save_draft": save_draft,
    "change_slots": change_slots,
    "migrate": migrate_store,
    "back_up": back_up,
    "restore": restore,
    "write_blob": write_blob,
}


# ---- what must hold, whatever happened


def lost_or_doubled(operation: str, folder: Path, values: dict[str, Any], said: tuple[str, ...]) -> list[str]:
    """What is wrong with what the operation left; then it is done once more on a sound disk, and must succeed."""
    if operation == "migrate":
        _finish_migration(folder, values)
    problems = [
        *_workspace(folder / "w", values, said, extra=operation == "migrate"),
        *_of(operation, folder, values, said),
    ]
    if problems:
        return problems
    return [f"again: {problem}" for problem in _again(operation, folder, values)]


def _workspace(place: Path, values: dict[str, Any], said: tuple[str, ...], *, extra: bool = False) -> list[str]:
    """What was acknowledged is there once, with its bytes; nothing is unsound."""
    key = DataKey(bytes.fromhex(values["key"]))
    if extra:
        return []
    store = opening.open_store(place, key, writer=True, clock=Clock())
    try:
        return _store(store, values, said)
    finally:
        store.close()


def _store(store: Store, values: dict[str, Any], said: tuple[str, ...]) -> list[str]:
    problems = [f"unsound: {problem}" for problem in store.check()]
    if not store.audit.verify().ok:
        problems.append("audit")
    rows = [row.instance_id for row in store.records.list(limit=1000).rows]
    if len(rows) != len(set(rows)) or store.status().records != len(rows):
        problems.append("doubled")
    problems += [f"lost: {each}" for each in said if each.startswith("uuid:") and each not in rows]
    for instance, xml in values["known"].items():
        found = store.records.get(instance)
        if found is None or found.xml.hex() != xml:
            problems.append(f"changed: {instance}")
    for instance in rows:
        if instance.startswith("uuid:new") and b"".join(store.records.attachment(instance, "a.jpg")) != PHOTO:
            problems.append(f"photograph: {instance}")
    return problems


def _of(operation: str, folder: Path, values: dict[str, Any], said: tuple[str, ...]) -> list[str]:
    match operation:
        case "save_draft":
            return _draft(folder, values, said)
        case "change_slots":
            return _slots(folder, said)
        case "back_up":
            return _copies(folder, values, said)
        case "restore":
            return _restored(folder, values, said)
        case "write_blob":
            return _blob(folder, values, said)
    return []


def _draft(folder: Path, values: dict[str, Any], said: tuple[str, ...]) -> list[str]:
    village = village_in(folder, values)
    found = village.store.drafts.get(values["draft"])
    village.store.close()
    allowed = ["old", *DRAFT_STEPS]
    allowed = allowed[len(said) :]
    return [] if found is not None and found.xml.decode() in [f"<a>{text}</a>" for text in allowed] else ["draft"]


def _slots(folder: Path, said: tuple[str, ...]) -> list[str]:
    known = access.read(folder / "w")
    if AUTHOR not in known.users or ("added" in said and NEW_USER not in known.users):
        return [f"slots: {known.users}"]
    try:
        known.unlock(AUTHOR, SECRET)
        if NEW_USER in known.users:
            known.unlock(NEW_USER, NEW_SECRET)
    except Fault as fault:
        return [f"slots: {fault.code}"]
    return []


def _copies(folder: Path, values: dict[str, Any], said: tuple[str, ...]) -> list[str]:
    key = DataKey(bytes.fromhex(values["key"]))
    problems = []
    if "file" in said or (folder / "new").exists():
        problems += _sound_copy(folder / "new", key, folder)
    days = list((folder / "disk").glob(f"hamlet-*/{TODAY}"))
    if "place" in said and not days:
        problems.append("the copy of the day is gone")
    for day in days:
        problems += _sound_copy(day, key, folder)
    return problems


def _sound_copy(path: Path, key: DataKey, folder: Path) -> list[str]:
    try:
        with copy_reading.read_copy(path) as copy:
            copy_reading.prove(copy, key, folder / "scratch")
    except Fault as fault:
        return [f"copy {path.name}: {fault.code}"]
    return []


def _restored(folder: Path, values: dict[str, Any], said: tuple[str, ...]) -> list[str]:
    if not (folder / "back").exists():
        return ["restored, and not there"] if said else []
    return [f"restored: {problem}" for problem in _workspace(folder / "back", values, ())]


def _blob(folder: Path, values: dict[str, Any], said: tuple[str, ...]) -> list[str]:
    village = village_in(folder, values)
    try:
        if b"".join(village.store.drafts.attachment(values["draft"], "old.jpg")) != PHOTO[:70_000]:
            return ["the old file"]
        found = village.store.drafts.get(values["draft"])
        if found is None or (said and "new.jpg" not in found.files):
            return ["the new file is lost"]
        if "new.jpg" in found.files and b"".join(village.store.drafts.attachment(found.id, "new.jpg")) != PHOTO:
            return ["the new file"]
    finally:
        village.store.close()
    return []


def _finish_migration(folder: Path, values: dict[str, Any]) -> None:
    """Go on with the migration, check it, and take it back so that the shipped program opens the store."""
    key = DataKey(bytes.fromhex(values["key"]))
    database = Database.open(folder / "w" / "store.db", key.database(), writer=True)
    try:
        migrate(database, steps(), key, now="t")
        problems = database.check()
        with database.write() as connection:
            counts = connection.exec_driver_sql(
                "SELECT (SELECT count(*) FROM later) = (SELECT count(*) FROM payload)"
            ).scalar_one()
            connection.exec_driver_sql("DROP TABLE later")
            connection.exec_driver_sql(
                "DELETE FROM schema_migration WHERE number > ?", (len(opening.known_migrations()),)
            )
    finally:
        database.close()
    if problems or not counts:
        raise AssertionError(f"migration: {problems} {counts}")


def _again(operation: str, folder: Path, values: dict[str, Any]) -> list[str]:
    said: list[str] = []
    if operation == "restore" and (folder / "back").exists():
        shutil.rmtree(folder / "back")
    if operation == "back_up":
        (folder / "new").unlink(missing_ok=True)
    OPERATIONS[operation](folder, said.append, values)
    if operation == "migrate":
        _finish_migration(folder, values)
    return [*_workspace(folder / "w", values, tuple(said)), *_of(operation, folder, values, tuple(said))]


form("household")  # compiled once, before any child is forked

__all__ = ["OPERATIONS", "copies", "lost_or_doubled", "template"]

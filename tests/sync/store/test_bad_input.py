"""What is truncated, flipped, another's, newer or not to be written on is refused with words, and left as it is."""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from store_samples import AUTHOR, GROUP, SECRET, VILLAGE, Village, new_village

from forms.errors import Fault
from forms.text import Text
from sync import crypto
from sync.store import opening
from sync.vault import migrations
from sync.vault.database import Database
from sync.vault.slots import COPIES

ONE, BOTH = COPIES[:1], COPIES
DB, WAL = opening.DATABASE, f"{opening.DATABASE}-wal"


@dataclass(frozen=True)
class Place:
    """A workspace that is to be spoilt, and another one of the same people."""

    village: Village
    other: Village

    @property
    def folder(self) -> Path:
        return self.village.folder


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = Place(new_village(tmp_path / "one"), new_village(tmp_path / "other", seed=2))
    for each in (made.village, made.other):
        for _ in range(5):
            each.request()
    return made


def closed(place: Place) -> None:
    for each in (place.village, place.other):
        each.store.close()


def contents(folder: Path) -> dict[str, bytes]:
    """All but what each try writes, and what tells processes of each other."""
    passing = ("tries", ".lock", "-shm")
    found = (path for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder)): path.read_bytes() for path in found if not any(p in path.name for p in passing)
    }


def opened(place: Place) -> None:
    """As the program opens it: with the passphrase, as the writer."""
    key = opening.unlock(place.folder, user=AUTHOR, secret=SECRET)
    opening.open_store(place.folder, key, writer=True, clock=place.village.clock).close()


def cut(path: Path, at: int) -> None:
    with path.open("rb+") as file:
        file.truncate(at)


def flip(path: Path, at: int) -> None:
    with path.open("rb+") as file:
        file.seek(at, os.SEEK_SET if at >= 0 else os.SEEK_END)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 0x10]))


def rewritten(path: Path, change: Callable[[dict[str, object]], None]) -> None:
    """A slot file that says something else and is sound by itself."""
    body = json.loads(path.read_text("utf-8"))
    del body["check"]
    change(body)
    check = crypto.digest(json.dumps(body, ensure_ascii=False, sort_keys=True).encode()).hex()
    path.write_text(json.dumps({**body, "check": check}, ensure_ascii=False), "utf-8")


def newer_database(place: Place) -> None:
    known = opening.known_migrations()
    later = migrations.Migration(len(known) + 1, "later", "CREATE TABLE later (x);")
    database = Database.open(place.folder / DB, place.village.key.database(), writer=True)
    migrations.apply(database, [*known, later], now="t")
    database.close()


def plain_database(place: Place) -> None:
    (place.folder / DB).unlink()
    connection = sqlite3.connect(place.folder / DB)
    connection.execute("CREATE TABLE a (x)")
    connection.close()


def folder_for_file(place: Place) -> None:
    (place.folder / DB).unlink()
    (place.folder / DB).mkdir()


def others(place: Place, *names: str) -> None:
    for name in names:
        shutil.copyfile(place.other.folder / name, place.folder / name)


def each(names: tuple[str, ...], work: Callable[[Path], object]) -> Callable[[Place], None]:
    def spoil(place: Place) -> None:
        for name in names:
            work(place.folder / name)

    return spoil


def one_gone_one_flipped(place: Place) -> None:
    (place.folder / COPIES[0]).unlink()
    flip(place.folder / COPIES[1], 150)


def with_format_2(body: dict[str, object]) -> None:
    body["format"] = 2


def without_its_suite(body: dict[str, object]) -> None:
    del body["suite"]


def of_another_suite(body: dict[str, object]) -> None:
    body["suite"] = 7


def with_a_number_for_a_name(body: dict[str, object]) -> None:
    body["slots"] = [{**slot, "salt": 5} for slot in body["slots"]]  # type: ignore[attr-defined]


REFUSED: dict[str, tuple[Callable[[Place], None], str]] = {
    "slots, both truncated": (each(BOTH, lambda path: cut(path, 200)), "vault.slots_damaged"),
    "slots, both empty": (each(BOTH, lambda path: cut(path, 0)), "vault.slots_damaged"),
    "slots, both flipped": (each(BOTH, lambda path: flip(path, 150)), "vault.slots_damaged"),
    "slots, one gone, one flipped": (one_gone_one_flipped, "vault.slots_damaged"),
    "slots, both gone": (each(BOTH, Path.unlink), "vault.no_slots"),
    "slots, both another's": (lambda place: others(place, *BOTH), "vault.wrong_key"),
    "slots, both newer": (each(BOTH, lambda path: rewritten(path, with_format_2)), "vault.newer"),
    "slots, one newer": (each(ONE, lambda path: rewritten(path, with_format_2)), "vault.newer"),
    "slots, both of another suite": (each(BOTH, lambda path: rewritten(path, of_another_suite)), "vault.suite"),
    "slots, both lack a field": (each(BOTH, lambda path: rewritten(path, without_its_suite)), "vault.slots_damaged"),
    "slots, both hold what is no slot": (
        each(BOTH, lambda path: rewritten(path, with_a_number_for_a_name)),
        "vault.slots_damaged",
    ),
    "database, empty": (each((DB,), lambda path: cut(path, 0)), "vault.damaged"),
    "database, ten bytes": (each((DB,), lambda path: cut(path, 10)), "vault.damaged"),
    "database, half a page": (each((DB,), lambda path: cut(path, 2000)), "vault.wrong_key"),
    "database, a page": (each((DB,), lambda path: cut(path, 4096)), "vault.damaged"),
    "database, half": (each((DB,), lambda path: cut(path, 40_960)), "vault.damaged"),
    "database, half and some": (each((DB,), lambda path: cut(path, 42_000)), "vault.damaged"),
    "database, first byte flipped": (each((DB,), lambda path: flip(path, 0)), "vault.wrong_key"),
    "database, first page flipped": (each((DB,), lambda path: flip(path, 900)), "vault.wrong_key"),
    "database, second page flipped": (each((DB,), lambda path: flip(path, 5000)), "vault.damaged"),
    "database, another's": (lambda place: others(place, DB), "vault.wrong_key"),
    "database, gone": (each((DB,), Path.unlink), "vault.missing"),
    "database, newer": (newer_database, "vault.newer"),
    "database, not encrypted": (plain_database, "vault.not_encrypted"),
    "database, a folder": (folder_for_file, "vault.unwritable"),
}


@pytest.mark.parametrize("damage", REFUSED)
def test_it_is_refused_with_words_and_left_as_it_is(place: Place, damage: str) -> None:
    spoil, code = REFUSED[damage]
    closed(place)
    spoil(place)
    before = contents(place.folder)
    for _ in range(2):
        with pytest.raises(Fault) as caught:
            opened(place)
        assert caught.value.code == code
    assert contents(place.folder) == before
    for language in ("zh", "en"):
        text = Text(language)
        assert caught.value.message(text)
        assert caught.value.remedy(text)
    assert str(place.folder) in str(caught.value.values.get("path", place.folder))


MENDED: dict[str, Callable[[Path], object]] = {
    "truncated": lambda path: cut(path, 200),
    "empty": lambda path: cut(path, 0),
    "flipped": lambda path: flip(path, 150),
    "gone": Path.unlink,
    "lacks a field": lambda path: rewritten(path, without_its_suite),
}


@pytest.mark.parametrize("which", COPIES)
@pytest.mark.parametrize("damage", MENDED)
def test_the_other_copy_of_the_slots_opens_it(place: Place, damage: str, which: str) -> None:
    closed(place)
    MENDED[damage](place.folder / which)
    opened(place)
    assert len({(place.folder / name).read_bytes() for name in COPIES}) == 1


@pytest.mark.parametrize("which", COPIES)
def test_another_folders_copy_of_the_slots_does_not_keep_out_and_is_not_written_over(place: Place, which: str) -> None:
    closed(place)
    others(place, which)
    before = contents(place.folder)
    opened(place)
    assert {name: data for name, data in contents(place.folder).items() if name in COPIES} == {
        name: before[name] for name in COPIES
    }


LOGS: dict[str, Callable[[Path, Path], object]] = {
    "truncated": lambda log, _: cut(log, log.stat().st_size * 2 // 3 + 11),
    "flipped": lambda log, _: flip(log, log.stat().st_size // 2),
    "its head flipped": lambda log, _: flip(log, 20),
    "garbage": lambda log, _: log.write_bytes(os.urandom(50_000)),
    "another's": lambda log, other: shutil.copyfile(other, log),
}


@pytest.mark.parametrize("damage", LOGS)
def test_a_spoilt_log_takes_away_at_most_what_it_held(place: Place, damage: str, tmp_path: Path) -> None:
    """What was copied back before is all there, or the workspace is refused and its database is as it was."""
    stays = place.village.request().instance_id
    place.village.store._context.database.checkpoint()
    place.village.request()
    for each in (place.village, place.other):
        shutil.copytree(each.folder, tmp_path / f"{each.folder.name} killed")
    closed(place)
    killed = tmp_path / "one killed"
    database = (killed / DB).read_bytes()
    LOGS[damage](killed / WAL, tmp_path / "other killed" / WAL)
    key = opening.unlock(killed, user=AUTHOR, secret=SECRET)
    for _ in range(2):
        try:
            store = opening.open_store(killed, key, writer=True, clock=place.village.clock)
        except Fault as fault:
            code = fault.code
            assert damage == "another's"
            assert (killed / DB).read_bytes() == database
        else:
            assert damage != "another's"
            assert store.records.get(stays) is not None
            assert store.check() == ()
            store.close()
    assert damage != "another's" or code == "vault.wrong_key"


@pytest.mark.parametrize("whose", ["own", "another's"])
def test_a_journal_is_undone_by_its_own_database_only(place: Place, whose: str, tmp_path: Path) -> None:
    """As a kill leaves it while very many rows are written without a write-ahead log."""
    for each in (place.village, place.other):
        database = each.store._context.database
        database.tell(("cache_size = 5",))
        assert database.leave_log()
        with database.write() as connection:
            connection.exec_driver_sql("UPDATE record SET area = hex(randomblob(9000))")
            shutil.copytree(each.folder, tmp_path / f"{each.folder.name} killed")
            connection.exec_driver_sql("UPDATE record SET area = ''")
    closed(place)
    killed, journal = tmp_path / "one killed", f"{DB}-journal"
    if whose != "own":
        shutil.copyfile(place.folder / DB, killed / DB)
        shutil.copyfile(tmp_path / "other killed" / journal, killed / journal)
    database_then, key = (killed / DB).read_bytes(), opening.unlock(killed, user=AUTHOR, secret=SECRET)
    if whose == "own":
        store = opening.open_store(killed, key, writer=True, clock=place.village.clock)
        assert store.check() == ()
        assert {row.area for row in store.records.list().rows} == {f"{VILLAGE}/{GROUP}"}
        store.close()
    else:
        with pytest.raises(Fault) as caught:
            opening.open_store(killed, key, writer=True, clock=place.village.clock)
        assert (caught.value.code, caught.value.values["path"]) == ("vault.wrong_key", str(killed / journal))
        assert (killed / DB).read_bytes() == database_then


def test_a_half_written_first_page_is_whole_in_the_log(place: Place, tmp_path: Path) -> None:
    """As a power cut leaves it while the log is copied back."""
    place.village.store.settings.put("a", "b")
    with place.village.store._context.database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE more (x)")  # which changes the first page
    shutil.copytree(place.folder, tmp_path / "killed")
    closed(place)
    flip(tmp_path / "killed" / DB, 3000)
    key = opening.unlock(tmp_path / "killed", user=AUTHOR, secret=SECRET)
    store = opening.open_store(tmp_path / "killed", key, writer=True, clock=place.village.clock)
    assert store.settings.get("a") == "b"
    store._context.database.checkpoint()
    assert store.check() == ()
    store.close()

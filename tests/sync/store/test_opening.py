"""A workspace is made whole or not at all, opened with the right passphrase only, and never made anew."""

import os
import random
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from store_samples import AUTHOR, SECRET, Clock, Village, identity

from forms.errors import Fault, Kind
from sync.store import opening
from sync.vault import migrations
from sync.vault.database import Database


def open_again(village: Village, *, secret: str = SECRET) -> None:
    key = opening.unlock(village.folder, user=AUTHOR, secret=secret)
    opening.open_store(village.folder, key, writer=True, clock=village.clock).close()


def contents(folder: Path) -> dict[str, bytes]:
    """All but the count of tries, which goes up."""
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file() and "tries" not in path.name}


def test_the_passphrase_opens_it_and_another_does_not(village: Village) -> None:
    village.request()
    village.store.close()
    open_again(village)
    before = contents(village.folder)
    with pytest.raises(Fault) as caught:
        open_again(village, secret="松树 石桥 清水 稻草")
    assert (caught.value.code, caught.value.kind) == ("vault.wrong_passphrase", Kind.DENIED)
    assert contents(village.folder) == before


def truncate(folder: Path) -> None:
    path = folder / opening.DATABASE
    path.write_bytes(path.read_bytes()[:40_960])


def remove(folder: Path) -> None:
    (folder / opening.DATABASE).unlink()


def swap(folder: Path) -> None:
    (folder / opening.DATABASE).write_bytes(os.urandom(100 * 4096))


def lose_slots(folder: Path) -> None:
    for path in folder.glob("slots*"):
        path.unlink()


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (truncate, "vault.damaged"),
        (remove, "vault.missing"),
        (swap, "vault.wrong_key"),
        (lose_slots, "vault.no_slots"),
        (shutil.rmtree, "store.no_workspace"),
    ],
)
def test_what_cannot_be_opened_is_refused_and_left_alone(
    village: Village, spoil: Callable[[Path], None], code: str
) -> None:
    for _ in range(20):
        village.request()
    village.store.close()
    spoil(village.folder)
    before = contents(village.folder)
    with pytest.raises(Fault) as caught:
        open_again(village)
    assert caught.value.code == code
    assert contents(village.folder) == before


def test_a_store_of_a_newer_program_is_refused(village: Village) -> None:
    village.store.close()
    database = Database.open(village.folder / opening.DATABASE, village.key.database(), writer=True)
    number = len(opening.known_migrations()) + 1
    later = migrations.Migration(number, "later", "CREATE TABLE later (x);")
    migrations.apply(database, [*opening.known_migrations(), later], now="t")
    database.close()
    for writer in (True, False):
        with pytest.raises(Fault, match="newer"):
            opening.open_store(village.folder, village.key, writer=writer, clock=village.clock)


def test_a_folder_that_holds_something_is_not_taken(village: Village, tmp_path: Path) -> None:
    with pytest.raises(Fault, match="not_empty"):
        _create(village.folder)
    empty = tmp_path / "empty"
    empty.mkdir()
    _create(empty)
    assert opening.users(empty) == (AUTHOR,)


def _create(folder: Path, secret: str = SECRET) -> None:
    import random

    opening.create(folder, user=AUTHOR, secret=secret, identity=identity(random.Random(1)), clock=Clock())


def test_a_creation_that_breaks_off_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Fault, match="weak"):
        _create(tmp_path / "w", secret="short")

    def fail(*_: object, **__: object) -> int:
        raise RuntimeError

    monkeypatch.setattr(migrations, "apply", fail)
    with pytest.raises(RuntimeError):
        _create(tmp_path / "w")
    assert list(tmp_path.iterdir()) == []


def test_users_come_and_go_without_the_database_being_touched(village: Village) -> None:
    village.store.close()
    before = (village.folder / opening.DATABASE).read_bytes()
    opening.add_user(village.folder, village.key, user="林晓", secret="柳林 清水 石桥 稻田")
    assert opening.users(village.folder) == (AUTHOR, "林晓")
    key = opening.unlock(village.folder, user="林晓", secret="柳林 清水 石桥 稻田")
    assert key.secret() == village.key.secret()
    opening.remove_user(village.folder, user=AUTHOR)
    with pytest.raises(Fault, match="no_user"):
        open_again(village)
    assert (village.folder / opening.DATABASE).read_bytes() == before


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_only_this_account_reads_it(village: Village) -> None:
    village.request()
    for path in [village.folder, *village.folder.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_a_draft_is_kept_resumed_and_gone(village: Village) -> None:
    from sync.store.api import Draft, NewAttachment

    drafts = village.store.drafts
    id = drafts.save(Draft("", "request", "1", "李大成 路灯", b"<data/>", place="/data/what/matter"))
    drafts.attach(id, NewAttachment("photo.jpg", b"one"))
    drafts.attach(id, NewAttachment("photo.jpg", b"two"))
    drafts.save(Draft(id, "request", "2", "李大成 路灯", b"<data>1</data>", filled=3))
    village.store.close()
    village.store = village.open()
    found = village.store.drafts.get(id)
    assert found is not None
    assert (found.xml, found.form_version, found.filled, found.files) == (b"<data>1</data>", "1", 3, ("photo.jpg",))
    assert b"".join(village.store.drafts.attachment(id, "photo.jpg")) == b"two"
    assert [draft.id for draft in village.store.drafts.list(form_id="request")] == [id]
    assert len([path for path in (village.folder / "blobs").rglob("*") if path.is_file()]) == 1
    village.store.drafts.discard(id)
    assert village.store.drafts.get(id) is None
    assert [path for path in (village.folder / "blobs").rglob("*") if path.is_file()] == []


def test_tidying_removes_what_a_broken_write_left_and_nothing_else(village: Village) -> None:
    from datetime import timedelta

    from sync.store.api import Draft, NewAttachment

    id = village.store.drafts.save(Draft("", "request", "1", "x", b"<data/>"))
    village.store.drafts.attach(id, NewAttachment("photo.jpg", b"one"))
    lost = village.store._context.blobs.write(b"lost")
    assert village.store.tidy() == 0 or village.clock.now.year > 2026
    os.utime(village.folder / "blobs" / lost.name[:2] / lost.name, (0, 0))
    village.clock.now += timedelta(days=1)
    village.store.tidy()
    assert not village.store._context.blobs.check(lost)
    assert b"".join(village.store.drafts.attachment(id, "photo.jpg")) == b"one"
    assert village.store.check() == ()


def test_a_workspace_is_there_with_its_furniture_or_not_at_all(tmp_path: Path) -> None:
    folder = tmp_path / "w"

    def killed(_store: opening.Store) -> None:
        assert not folder.exists()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        opening.create(
            folder, user=AUTHOR, secret=SECRET, identity=identity(random.Random(1)), clock=Clock(), furnish=killed
        )
    assert list(tmp_path.iterdir()) == []


def test_what_a_kill_left_of_a_laying_out_is_swept_after_a_day(tmp_path: Path) -> None:
    left, fresh, other = (tmp_path / name for name in (".w.0badcafe", ".w.0badbeef", ".w.hers"))
    for folder in (left, fresh, other):
        folder.mkdir()
        (folder / "store.db").write_bytes(b"x")
    for folder in (left, other):
        os.utime(folder, (0, 0))
    opening.create(tmp_path / "w", user=AUTHOR, secret=SECRET, identity=identity(random.Random(1)), clock=Clock())
    assert {path.name for path in tmp_path.iterdir()} == {"w", fresh.name, other.name}

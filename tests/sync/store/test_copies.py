"""Copies: whole or not there, proven by opening, and back as a workspace of another device."""

import io
import json
import os
import shutil
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from store_samples import AUTHOR, SECRET, Village, new_village, submission

from forms.errors import Fault
from sync import crypto
from sync.store import copies, copy_reading, opening, restoring
from sync.store.api import Draft, NewAttachment
from sync.store.store import Store
from sync.vault import manifest, migrations

PHOTO = b"\xff\xd8" + bytes(range(256)) * 700


def photo(village: Village, content: bytes = PHOTO) -> str:
    instance = f"uuid:{village.uuid()}"
    made = submission(
        "request", {"description": "路灯不亮"}, instance=instance, entity=village.uuid(), attachments=("a.jpg",)
    )
    village.put("request", made, attachments=(NewAttachment("a.jpg", content),))
    return instance


def again(village: Village, source: Path, folder: Path) -> Store:
    with copy_reading.read_copy(source) as copy:
        key = restoring.unlock(copy, user=AUTHOR, secret=SECRET)
        restoring.restore(copy, key, folder, actor=AUTHOR, clock=village.clock)
    return opening.open_store(folder, key, writer=True, clock=village.clock)


def test_a_file_comes_back_as_another_device_with_everything(village: Village, tmp_path: Path) -> None:
    village.store.enrol(replace(village.store.identity(), hub=""))
    instance = photo(village)
    for _ in range(5):
        village.request()
    made = village.store.copy_to_file(village.key, tmp_path / "backup.hamlet-backup")
    assert (made.manifest.records, made.manifest.blobs, made.manifest.lost) == (6, 1, ())
    village.request()
    back = again(village, made.path, tmp_path / "back")
    try:
        old, new = village.store.identity(), back.identity()
        assert back.check() == ()
        assert back.status().records == 6
        assert b"".join(back.records.attachment(instance, "a.jpg")) == PHOTO
        assert new.device != old.device
        assert new.key != old.key
        assert new.letters != old.letters
        assert new.letters[:2] == old.letters[:2]
        assert back.audit.verify().ok
        assert "workspace.restored" in [entry.action for entry in back.audit.list(limit=1000)]
        assert village.store.newer_than(made.manifest) == 1
        assert sorted(path.name for path in tmp_path.iterdir()) == ["back", "backup.hamlet-backup", "village"]
    finally:
        back.close()


def test_a_workspace_with_a_hub_keeps_its_key_until_the_hub_agrees(village: Village, tmp_path: Path) -> None:
    made = village.store.copy_to_file(village.key, tmp_path / "b")
    back = again(village, made.path, tmp_path / "back")
    assert back.identity().key == village.store.identity().key
    assert back.succession() is not None
    assert back.records.peek_number("QS") != village.store.records.peek_number("QS")
    back.close()


def test_one_backup_put_back_twice_without_a_hub_gives_two_devices(village: Village, tmp_path: Path) -> None:
    village.store.enrol(replace(village.store.identity(), hub=""))
    made = village.store.copy_to_file(village.key, tmp_path / "b")
    stores = [village.store, again(village, made.path, tmp_path / "one"), again(village, made.path, tmp_path / "two")]
    try:
        assert len({store.records.peek_number("QS") for store in stores}) == 3
        assert len({store.identity().device for store in stores}) == 3
    finally:
        for store in stores[1:]:
            store.close()


def test_the_second_copy_is_daily_takes_files_once_and_keeps_fourteen(village: Village, tmp_path: Path) -> None:
    place = tmp_path / "disk"
    photo(village)
    first = village.store.copy_to_place(village.key, place, today="2026-11-01")
    assert first.new_files == 1
    photo(village, PHOTO[::-1])
    for day in range(2, 20):
        made = village.store.copy_to_place(village.key, place, today=f"2026-11-{day:02}")
        assert made.new_files == (1 if day == 2 else 0)
    home = made.path.parent
    assert sorted(path.name for path in home.glob("2026*")) == [f"2026-11-{day:02}" for day in range(6, 20)]
    assert copies.newest(home) == home / "2026-11-19"
    again(village, made.path, tmp_path / "back").close()
    village.store.copy_to_place(village.key, place, today="2026-11-19")  # once more on the same day
    assert len(list(home.glob("2026*"))) == 14


def test_a_file_that_the_workspace_names_no_more_goes_after_fourteen_days(village: Village, tmp_path: Path) -> None:
    photo(village)
    draft = village.store.drafts.save(Draft("", "request", "1", "", b"<a/>"))
    village.store.drafts.attach(draft, NewAttachment("x.jpg", PHOTO))
    place = tmp_path / "disk"
    made = village.store.copy_to_place(village.key, place, today="2026-11-01")
    assert len(list(made.path.parent.glob("blobs/*/*"))) == 2
    village.store.drafts.discard(draft)
    village.store.copy_to_place(village.key, place, today="2026-11-02")
    village.store.copy_to_place(village.key, place, today="2026-11-16")
    assert len(list(made.path.parent.glob("blobs/*/*"))) == 2
    village.store.copy_to_place(village.key, place, today="2026-11-17")
    assert len(list(made.path.parent.glob("blobs/*/*"))) == 1


def test_a_lost_photograph_keeps_nobody_from_copying_the_rest(village: Village, tmp_path: Path) -> None:
    photo(village)
    (lost,) = village.folder.glob("blobs/*/*")
    lost.unlink()
    made = village.store.copy_to_file(village.key, tmp_path / "b")
    assert made.manifest.lost == (lost.name,)
    back = again(village, made.path, tmp_path / "back")
    assert back.check() == (f"blob {lost.name}",)
    back.close()


def test_a_copy_that_lacks_very_many_files_is_one_all_the_same(village: Village, tmp_path: Path) -> None:
    found = village.store.copy_to_file(village.key, tmp_path / "b").manifest
    lost = tuple(f"{number:064x}" for number in range(50_000))
    written = replace(found, lost=lost).encode(village.key)
    assert manifest.verified(written, village.key, path="").lost == lost


def test_nothing_is_written_over(village: Village, tmp_path: Path) -> None:
    there = tmp_path / "b"
    there.write_bytes(b"mine")
    with pytest.raises(Fault, match="not_empty"):
        village.store.copy_to_file(village.key, there)
    assert there.read_bytes() == b"mine"
    made = village.store.copy_to_file(village.key, tmp_path / "c")
    before = sorted(path.read_bytes() for path in village.folder.rglob("*") if path.is_file())
    with pytest.raises(Fault, match="not_empty"):
        again(village, made.path, village.folder)
    assert sorted(path.read_bytes() for path in village.folder.rglob("*") if path.is_file()) == before


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def no_tar(path: Path) -> None:
    path.write_bytes(os.urandom(20_000))


def link_inside(path: Path) -> None:
    _with(path, lambda archive: archive.addfile(_linked("blobs/aa")))


def climbing(path: Path) -> None:
    _with(path, lambda archive: archive.addfile(tarfile.TarInfo("../evil")))


def twice(path: Path) -> None:
    _with(path, lambda archive: archive.addfile(tarfile.TarInfo("store.db")))


def newer(path: Path) -> None:
    _manifest(path, {"format": 2})


def other_records(path: Path) -> None:
    _manifest(path, {"records": 1_000})


def _manifest(path: Path, changes: dict[str, object]) -> None:
    parts = {}
    with tarfile.open(path) as archive:
        for member in archive:
            file = archive.extractfile(member)
            assert file is not None
            parts[member.name] = file.read()
    parts["manifest.json"] = json.dumps({**json.loads(parts["manifest.json"]), **changes}).encode()
    with tarfile.open(path, "w") as archive:
        for name, data in parts.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))


def _with(path: Path, work: Callable[[tarfile.TarFile], None]) -> None:
    with tarfile.open(path, "a") as archive:
        work(archive)


def _linked(name: str) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = tarfile.SYMTYPE, "store.db"
    return entry


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (truncated, "vault.damaged"),
        (empty, "vault.damaged"),
        (no_tar, "vault.damaged"),
        (link_inside, "vault.damaged"),
        (climbing, "vault.damaged"),
        (twice, "vault.damaged"),
        (newer, "vault.newer"),
        (other_records, "vault.damaged"),
        (Path.unlink, "vault.missing"),
    ],
)
def test_a_spoilt_copy_is_refused_and_leaves_nothing(
    village: Village, tmp_path: Path, spoil: Callable[[Path], None], code: str
) -> None:
    photo(village)
    made = village.store.copy_to_file(village.key, tmp_path / "b")
    spoil(made.path)
    with pytest.raises(Fault) as caught:
        again(village, made.path, tmp_path / "back")
    assert caught.value.code == code
    assert not (tmp_path / "back").exists()
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize("what", ["database", "slots"])
def test_a_copy_that_a_newer_program_made_is_refused(village: Village, tmp_path: Path, what: str) -> None:
    known = opening.known_migrations()
    later = migrations.Migration(len(known) + 1, "later", "CREATE TABLE later (x);")
    if what == "database":
        migrations.apply(village.store._context.database, [*known, later], now="t")
    made = village.store.copy_to_place(village.key, tmp_path / "disk", today="2026-11-01")
    if what == "slots":
        body = json.loads((made.path / "slots.json").read_text("utf-8"))
        body |= {"format": 2}
        del body["check"]
        check = crypto.digest(json.dumps(body, ensure_ascii=False, sort_keys=True).encode()).hex()
        (made.path / "slots.json").write_text(json.dumps({**body, "check": check}), "utf-8")
    with pytest.raises(Fault) as caught:
        again(village, made.path, tmp_path / "back")
    assert caught.value.code == "vault.newer"
    assert not (tmp_path / "back").exists()


def test_every_flipped_byte_is_noticed(village: Village, tmp_path: Path) -> None:
    photo(village)
    made = village.store.copy_to_file(village.key, tmp_path / "b")
    data = made.path.read_bytes()
    with copy_reading.read_copy(made.path) as copy:
        key = restoring.unlock(copy, user=AUTHOR, secret=SECRET)
    end = len(data.rstrip(b"\0"))  # a tar ends with zeros that nobody reads
    unseen = []
    for place in range(0, end, end // 60):
        spoilt = bytearray(data)
        spoilt[place] ^= 0x41
        (tmp_path / "s").write_bytes(bytes(spoilt))
        try:
            with copy_reading.read_copy(tmp_path / "s") as copy:
                restoring.restore(copy, key, tmp_path / "back", actor=AUTHOR, clock=village.clock)
        except Fault:
            assert not (tmp_path / "back").exists()
            continue
        store = opening.open_store(tmp_path / "back", key, writer=False, clock=village.clock)
        sound = store.check() == () and store.status().records == 1
        store.close()
        shutil.rmtree(tmp_path / "back")
        if not sound:
            unseen.append(place)
    assert unseen == []


def test_copies_of_two_workspaces_are_not_mixed_up(village: Village, tmp_path: Path) -> None:
    other = new_village(tmp_path / "other", seed=2)
    place = tmp_path / "disk"
    one = village.store.copy_to_place(village.key, place, today="2026-11-01").path
    two = other.store.copy_to_place(other.key, place, today="2026-11-01").path
    assert one.parent != two.parent
    shutil.copy(one / "store.db", two / "store.db")
    with pytest.raises(Fault, match="damaged"):
        again(other, two, tmp_path / "back")
    shutil.copy(one / "slots.json", two / "slots.json")
    with pytest.raises(Fault, match="damaged"):
        again(other, two, tmp_path / "back")
    other.store.close()

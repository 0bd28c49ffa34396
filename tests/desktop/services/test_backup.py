"""The second copy, backups and restoring as a person uses them; what the page of the day warns of."""

import dataclasses
import os
import shutil
from pathlib import Path

import pytest
from service_world import NOW, PASSPHRASE, clock, fill, workspace

from desktop.services.clock import fixed
from desktop.services.keeping import backup, health
from desktop.services.keeping.backup import Backups, Place
from desktop.services.keeping.health import Alarm
from desktop.services.keeping.workspace import OpenWorkspace
from forms.errors import Fault
from sync.vault import files

pytestmark = pytest.mark.together


def at(opened: OpenWorkspace, now: str) -> OpenWorkspace:
    return dataclasses.replace(opened, clock=dataclasses.replace(opened.clock, instant=fixed(now).instant))


@pytest.fixture
def village(tmp_path: Path) -> OpenWorkspace:
    opened = workspace(tmp_path / "w")
    desk = opened.desk(writer=True)
    fill(desk)
    desk.close()
    return opened


def test_the_copy_of_the_day_is_made_once_and_said(village: OpenWorkspace, tmp_path: Path) -> None:
    backups = Backups(village)
    before = backups.status()
    assert (before.last, before.due, before.failed, before.place) == (None, True, "", Place.SAME_DISK)
    assert backups.run_if_due()
    after = backups.status()
    assert after.last is not None
    assert (after.last.isoformat(), after.due) == (NOW, False)
    assert Backups(at(village, "2026-11-21T09:00:00+08:00")).status().due
    desk = village.desk()
    assert desk.hand_over.status().backup is not None
    desk.close()
    assert backups.drill().records == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["w", "w-copy"]


def test_a_copy_that_fails_is_said_and_stops_nobody(village: OpenWorkspace, tmp_path: Path) -> None:
    (tmp_path / "w-copy").write_text("a file where the folder should be")
    backups = Backups(village)
    assert not backups.run_if_due()
    assert backups.status().failed
    assert [trouble.alarm for trouble in health.troubles(village)][-1] is Alarm.BACKUP
    (tmp_path / "w-copy").unlink()
    assert backups.run_if_due()
    assert backups.status().failed == ""
    (tmp_path / "gone").mkdir()
    backups.choose(tmp_path / "gone" / "stick")
    shutil.rmtree(tmp_path / "gone")
    assert backups.status().place is Place.AWAY


def test_a_backup_previews_and_comes_back_as_another_device(village: OpenWorkspace, tmp_path: Path) -> None:
    backups = Backups(village)
    made = backups.to_file(tmp_path / "b")
    desk = village.desk(writer=True)
    desk.batch("household").add(
        {"where": {"area": "99062110120201", "house_no": "9号", "head_name": "赵四", "has_phone": "no"},
         "people": {"registered": 1, "living": 1},
         "member": [{"name": "赵四", "sex": "m", "relation": "head"}]},
        base=tmp_path,
    )  # fmt: skip
    desk.close()
    seen = backups.preview(made.path)
    assert (seen.records, seen.newer, seen.made_at.isoformat()) == (2, 1, NOW)
    outside = backup.preview(made.path, user="wang", passphrase=PASSPHRASE, clock=clock())
    assert (outside.records, outside.newer) == (2, None)
    assert backup.users_of(made.path) == ("wang",)
    with pytest.raises(Fault, match="wrong_passphrase"):
        backup.restore(made.path, tmp_path / "back", user="wang", passphrase="another one entirely", clock=clock())
    with pytest.raises(Fault, match="not_empty"):
        backup.restore(made.path, tmp_path / "w", user="wang", passphrase=PASSPHRASE, clock=clock())
    back = backup.restore(made.path, tmp_path / "back", user="wang", passphrase=PASSPHRASE, clock=clock())
    old, new = village.desk(), back.desk()
    assert new.me.device != old.me.device
    assert new.me.letters != old.me.letters
    assert len(new.records.list().rows) == 2
    for desk in (old, new):
        desk.close()
    Backups(back).choose(tmp_path)
    backups.choose(tmp_path)
    assert Backups(back).run().path.parent != backups.run().path.parent


def test_stopping_leaves_nothing_behind(village: OpenWorkspace, tmp_path: Path) -> None:
    with pytest.raises(backup.Stopped):
        Backups(village).to_file(tmp_path / "b", cancelled=lambda: True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["w"]


def test_what_the_day_warns_of(village: OpenWorkspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def seen(opened: OpenWorkspace) -> list[Alarm]:
        return [trouble.alarm for trouble in health.troubles(opened)]

    assert seen(village) == []
    assert seen(at(village, "2019-01-01T08:00:00+08:00")) == [Alarm.CLOCK]
    assert seen(at(village, "2026-11-18T08:00:00+08:00")) == [Alarm.CLOCK_BACK]
    Backups(village).run()
    assert seen(at(village, "2026-11-25T08:00:00+08:00")) == [Alarm.BACKUP_OLD]
    monkeypatch.setattr(files, "free", lambda _: 300_000_000)
    (trouble,) = health.troubles(village)
    assert (trouble.alarm, trouble.values) == (Alarm.DISK, {"free_mb": "300"})


def test_a_copy_holds_nothing_in_the_clear(village: OpenWorkspace, tmp_path: Path) -> None:
    Backups(village).to_file(tmp_path / "b")
    Backups(village).run()
    for folder, _, names in os.walk(tmp_path):
        for name in names:
            data = (Path(folder) / name).read_bytes()
            assert "王建国".encode() not in data
            assert b"15412345678" not in data

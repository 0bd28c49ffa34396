"""Compiled forms beside the database: found again, encrypted, and never needed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from service_world import workspace

from desktop.services.filling.kept_forms import FOLDER, MOST, KeptForms
from forms.errors import Fault, Kind
from sync.vault.keys import DataKey

NAME = "0" * 64


def shelf(folder: Path, key: bytes = bytes(32)) -> KeptForms:
    return KeptForms(folder / FOLDER, lambda: DataKey(key), os.urandom)


def test_what_is_kept_is_found_again_and_unreadable_on_disk(tmp_path: Path) -> None:
    assert shelf(tmp_path).get(NAME) is None
    shelf(tmp_path).put(NAME, b"the form's words")
    assert shelf(tmp_path).get(NAME) == b"the form's words"
    assert b"words" not in (tmp_path / FOLDER / NAME).read_bytes()


def test_what_is_damaged_or_foreign_is_not_taken(tmp_path: Path) -> None:
    shelf(tmp_path).put(NAME, b"one")
    assert shelf(tmp_path, b"k" * 32).get(NAME) is None
    path = tmp_path / FOLDER / NAME
    path.rename(path.with_name("1" * 64))
    assert shelf(tmp_path).get("1" * 64) is None
    path.write_bytes(b"")
    assert shelf(tmp_path).get(NAME) is None


def test_a_locked_workspace_and_a_full_disk_are_no_errors(tmp_path: Path) -> None:
    def locked() -> DataKey:
        raise Fault("services.locked", Kind.DENIED)

    kept = KeptForms(tmp_path / FOLDER, locked, os.urandom)
    kept.put(NAME, b"one")
    assert kept.get(NAME) is None
    (tmp_path / "file").write_bytes(b"")
    blocked = KeptForms(tmp_path / "file" / FOLDER, lambda: DataKey(bytes(32)), os.urandom)
    blocked.put(NAME, b"one")
    assert blocked.get(NAME) is None


def test_the_oldest_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.services.filling.kept_forms.MOST", 3)
    for number in range(5):
        shelf(tmp_path).put(f"{number:064}", b"x")
        os.utime(tmp_path / FOLDER / f"{number:064}", (number, number))
    assert sorted(int(path.name) for path in (tmp_path / FOLDER).iterdir()) == [2, 3, 4]
    assert MOST > 100


def test_a_workspace_keeps_what_it_opens(tmp_path: Path) -> None:
    opened = workspace(tmp_path / "village")
    desk = opened.desk(writer=True)
    form = desk.context.form("request")
    kept = list((opened.folder / FOLDER).iterdir())
    assert kept
    again = opened.library.kept
    assert again is not None
    assert again.get(kept[0].name) is not None
    assert form.form_id == "request"
    opened.close()
    assert again.get(kept[0].name) is None
    desk.close()

"""A folder that takes another's place: whole, or the other one stays."""

from pathlib import Path

import pytest

from forms.errors import Fault
from sync.vault import files


def folder(path: Path, said: str) -> Path:
    path.mkdir()
    (path / "said").write_text(said)
    return path


def test_the_new_one_stands_there_and_nothing_is_left_beside(tmp_path: Path) -> None:
    place = folder(tmp_path / "day", "old")
    files.swap_folder(folder(tmp_path / "made", "new"), place)
    assert (place / "said").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["day"]


def test_where_nothing_stood_it_is_put(tmp_path: Path) -> None:
    files.swap_folder(folder(tmp_path / "made", "new"), tmp_path / "day")
    assert (tmp_path / "day" / "said").read_text() == "new"


def test_the_old_one_comes_back_where_the_new_one_cannot_be_put(tmp_path: Path) -> None:
    place = folder(tmp_path / "day", "old")
    with pytest.raises(Fault, match="missing"):
        files.swap_folder(tmp_path / "gone", place)
    assert (place / "said").read_text() == "old"
    with pytest.raises(Fault, match="missing"):
        files.swap_folder(tmp_path / "gone", tmp_path / "other")
    assert [path.name for path in tmp_path.iterdir()] == ["day"]

"""A file that a person named: why it cannot be read is said in words of its own."""

from pathlib import Path

import pytest

from desktop.services.given_file import not_opened, read_given
from forms.errors import Fault, Kind


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes(b"\xef\xbb\xbfcode,label\n")
    assert read_given(tmp_path / "list.csv") == b"\xef\xbb\xbfcode,label\n"


def test_what_is_not_there_and_what_is_a_folder_are_told_apart(tmp_path: Path) -> None:
    for path, code in ((tmp_path / "missing.csv", "services.no_file"), (tmp_path, "services.a_folder")):
        with pytest.raises(Fault) as told:
            read_given(path)
        assert (told.value.code, told.value.kind, told.value.values["file"]) == (code, Kind.USAGE, str(path))


def test_what_the_system_refuses_is_told_with_its_reason(tmp_path: Path) -> None:
    told = not_opened(str(tmp_path / "held.csv"), PermissionError(13, "Permission denied"))
    assert (told.code, told.values["reason"]) == ("services.unreadable_file", "Permission denied")

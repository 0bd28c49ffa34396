"""The switch by which the program opens with the computer, on the system that the tests run on."""

import configparser
import re
import sys
from pathlib import Path

import pytest

from desktop.services.keeping.autostart import AutoStart, autostart_folder

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the XDG autostart folder is of Linux")


@pytest.fixture
def start(tmp_path: Path) -> AutoStart:
    return AutoStart(tmp_path / "乡 50% $x `y` \\z" / "workspace", tmp_path / "config" / "autostart")


def entry(start: AutoStart) -> str:
    (file,) = start.folder.glob("*.desktop")
    read = configparser.RawConfigParser()
    read.optionxform = str  # type: ignore[assignment, method-assign]
    read.read(file, "utf-8")
    return read["Desktop Entry"]["Exec"]


def test_it_is_off_until_somebody_wants_it(start: AutoStart) -> None:
    assert not start.is_on()
    start.switch(on=True)
    assert start.is_on()
    start.switch(on=False)
    assert not start.is_on()
    assert list(start.folder.iterdir()) == []


def test_what_is_started_is_this_program_on_this_workspace(start: AutoStart) -> None:
    start.switch(on=True)
    said = entry(start).replace("\\\\", "\\")  # as a desktop reads a string, then its arguments, then field codes
    words = re.findall(r'"((?:[^"\\]|\\.)*)"', said)
    assert tuple(re.sub(r"\\(.)", r"\1", word).replace("%%", "%") for word in words) == start.command()
    assert start.command()[-3:] == ("--workspace", str(start.workspace.resolve()), "--minimised")


def test_two_workspaces_have_each_their_own(start: AutoStart) -> None:
    other = AutoStart(start.workspace.with_name("other"), start.folder)
    start.switch(on=True)
    other.switch(on=True)
    start.switch(on=False)
    assert other.is_on()
    assert not start.is_on()


def test_another_installation_is_not_this_one(start: AutoStart) -> None:
    start.switch(on=True)
    (file,) = start.folder.iterdir()
    file.write_text(file.read_text("utf-8").replace("desktop.main", "elsewhere.main"), "utf-8")
    assert not start.is_on()
    start.switch(on=True)
    assert start.is_on()


def test_the_folder_is_where_desktops_look(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert autostart_folder() == tmp_path / "autostart"

"""Trying it out: invented people beside the real workspace, which is never touched."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from desktop.pages.keeping.preferences import PreferenceFile
from desktop.pages.opening.first_run import FirstRunPage
from desktop.pages.shell.window import Window
from desktop.services.clock import Clock
from desktop.services.keeping.beginning import villages
from desktop.services.trying.practice import lay_out
from desktop.services.trying.practice_place import practice_folder
from forms.errors import Fault

VILLAGE = "990621101201"


def test_every_village_of_the_pack_can_be_chosen_by_name() -> None:
    found = dict(villages("zh"))
    assert found[VILLAGE] == "柳林镇 · 柳树湾村"
    assert len(found) == len(set(found.values())) > 1


def test_no_other_folder_is_ever_emptied(tmp_path: Path) -> None:
    kept = tmp_path / "workspace" / "kept"
    kept.parent.mkdir()
    kept.write_text("here")
    with pytest.raises(Fault) as refused:
        lay_out(kept.parent, user="王秀兰", area=VILLAGE, clock=Clock())
    assert refused.value.code == "services.not_practice"
    assert kept.read_text() == "here"


@pytest.mark.slow
def test_one_press_shows_invented_people_and_says_that_it_is_practice(qapp: QApplication, tmp_path: Path) -> None:
    folder = tmp_path / "real"
    window = Window(qapp, folder=folder, clock=Clock(), preferences=PreferenceFile(tmp_path / "window.json"))
    window.open()
    assert window.doors.wait()
    first = window.lock_page
    assert isinstance(first, FirstRunPage)
    first.practise()
    assert window.doors.wait()
    assert window.lanes is not None
    assert window.lanes.wait()
    shell = window.shell
    assert shell is not None
    people: list[int] = []
    window.lanes.read(window, lambda desk: desk.people.count(), people.append)
    assert window.lanes.wait()
    assert people[0] > 5
    said = shell.context.text("shell.practice")
    assert any(label.text() == said and label.isVisible() for label in shell.findChildren(QLabel))
    assert not folder.exists()
    assert practice_folder(folder).exists()
    window.close()

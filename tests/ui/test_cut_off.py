"""After a crash the window says so and offers what was being written, at its question; after a good end it does not."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from killed_typist import killed_after
from window_driver import WindowDriver

from desktop.pages.filling.page import FormHost
from desktop.pages.parts.places import Name, Place


def titles(window: WindowDriver) -> str:
    return " ".join(window.shell.notices.titles)


def cut_off(window: WindowDriver) -> bool:
    said = window.shell.context.text("shell.cut_off", when="")
    return said.strip() in titles(window)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_after_a_kill_the_draft_is_offered_at_the_same_question(
    open_window, seeded, tmp_path: Path, language: str
) -> None:
    folder = tmp_path / "village"
    shutil.copytree(seeded.folder, folder)
    typed = killed_after(folder, tmp_path / "typed.txt", 2.5)
    assert typed > 0
    window = open_window(folder, language=language)
    window.unlock()
    assert cut_off(window)
    window.click(window.shell.context.text("pages.go_on"))
    assert isinstance(window.page, FormHost)
    assert window.page.form is not None
    assert window.page.form.place.startswith("/data/what/description")  # with the cursor behind it
    assert window.page.form.last.isVisible()  # what was written since the form was opened, beside what stood there
    window.commit("好")
    assert window.page.form.session.node("/data/what/description").value.endswith("好")


def test_after_a_good_end_nothing_is_said(open_window, village: Path) -> None:
    window = open_window(village)
    window.unlock()
    window.go(Place(Name.FORM, "request"))
    window.page.form.go_to("/data/what/description")  # type: ignore[attr-defined]
    window.commit("写了一半")
    window.press("Ctrl+L")
    window.unlock()
    assert not cut_off(window)
    window.go(Place(Name.TODAY))
    window.close()
    again = open_window(village)
    again.unlock()
    assert not cut_off(again)
    assert "写了一半" not in titles(again)

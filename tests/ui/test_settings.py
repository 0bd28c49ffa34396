"""Each choice of the settings applies at once and is kept; what is given away names nobody."""

import logging
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit
from window_driver import WindowDriver

from desktop.pages.keeping.kept import FolderLine, PointLine
from desktop.pages.keeping.settings import SettingsPage
from desktop.pages.parts.places import Name, Place
from desktop.theme.tokens import Look


def kept(window: WindowDriver, key: str) -> str:
    said: list[str] = []
    assert window.window.lanes is not None
    window.window.lanes.read(window.window, lambda desk: desk.settings.get(key), said.append)
    window.settle()
    return said[0]


def test_the_window_follows_the_computer_s_look(window: WindowDriver, monkeypatch) -> None:
    t = window.shell.context.text
    window.go(Place(Name.SETTINGS))
    window.click(t("pages.look_system"))
    assert window.window._theme.tokens.look is Look.LIGHT
    monkeypatch.setattr(type(window.window), "_is_dark", lambda _self: True)
    window.window._follow_the_system()
    window.settle()
    assert window.window._theme.tokens.look is Look.DARK
    assert window.here.page is Name.SETTINGS
    window.click(t("pages.look_contrast"))
    window.window._follow_the_system()
    assert window.window._theme.tokens.look is Look.CONTRAST


def test_photographs_folder_and_point_reach_the_form(window: WindowDriver, seeded, tmp_path: Path) -> None:
    t = window.shell.context.text
    window.go(Place(Name.SETTINGS))
    window.click(t("choices.photo_small", edge=1024))
    page = window.page
    assert isinstance(page, SettingsPage)
    folder = tmp_path / "telephone"
    folder.mkdir()
    page.findChild(FolderLine).take(str(folder))
    box = page.findChild(PointLine).findChild(QLineEdit)
    box.setText("somewhere")
    box.editingFinished.emit()
    assert t("choices.point_bad") in window.words()
    box.setText("26.58, 106.72")
    box.editingFinished.emit()
    window.settle()
    assert (kept(window, "photo.size"), kept(window, "village.point")) == ("small", "26.58 106.72")
    about = (("requester", "person"), ("resident", seeded.uuid))
    window.go(Place(Name.FORM, "request", known=about))
    host = window.page
    assert host.form is not None  # type: ignore[attr-defined]
    assert host.form.photos.card.isHidden()  # type: ignore[attr-defined]
    picture = QImage(2000, 1200, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.darkGreen)
    assert picture.save(str(folder / "lamp.jpg"))
    host._camera.look()  # type: ignore[attr-defined]
    window.settle()
    window.click(t("fill.photo_take", name="lamp.jpg"))
    (name,) = host.form.files.all()  # type: ignore[attr-defined]
    attached = QImage.fromData(host.form.files.get(name))  # type: ignore[attr-defined]
    assert (attached.width(), attached.height()) == (1024, 614)


def test_what_is_masked_stays_as_long_as_was_chosen(window: WindowDriver, seeded) -> None:
    t = window.shell.context.text
    window.go(Place(Name.SETTINGS))
    window.click(t("choices.seconds", count=30))
    window.go(Place(Name.RESIDENT, seeded.uuid))

    def masked() -> bool:
        return any("****" in each.text() for each in window.page._aside.parentWidget().findChildren(QLabel))  # type: ignore[attr-defined]

    assert masked()
    QTest.keyPress(window.page, Qt.Key.Key_F7)
    window.settle()
    assert not masked()
    QTest.keyRelease(window.page, Qt.Key.Key_F7)
    window.settle()
    assert not masked()
    window.page._cover_now()  # type: ignore[attr-defined]  the seconds are over
    window.settle()
    assert masked()


def test_the_report_tells_of_errors_and_of_nobody(window: WindowDriver, seeded, tmp_path: Path) -> None:
    try:
        raise ValueError(f"{seeded.name} 15400007788")
    except ValueError:
        logging.getLogger("hamlet.window").error("unexpected", exc_info=True)
    logging.getLogger("another").warning("about %s", seeded.name)
    window.go(Place(Name.SETTINGS))
    target = tmp_path / "report.txt"
    window.page.write_report(target)  # type: ignore[attr-defined]
    window.settle()
    said = target.read_text("utf-8")
    assert "ValueError" in said
    assert "test_settings.py" in said
    assert "another" in said
    for private in (seeded.name, "15400007788", window.shell.context.me.user, str(tmp_path)):
        assert private not in said
    assert str(target) in window.words()

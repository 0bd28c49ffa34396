"""Photographs, signatures and drawings: turned, covered, taken back, read for their place."""

import struct
from pathlib import Path

import pytest
from form_pages import focus, press, say
from looks_page import field, looks_page, png, value
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest

from desktop.fill.covering import CoverBox
from desktop.fill.exif import position
from desktop.fill.page import FormPage

ENTER, SHIFT = Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def page(open_page) -> FormPage:
    return looks_page(open_page)


def gps_jpeg() -> bytes:
    """A JPEG whose Exif says 26 degrees 34 minutes 52.32 seconds north, 106 42 13.08 east."""

    def entry(tag: int, kind: int, number: int, value: bytes) -> bytes:
        return struct.pack("<HHI", tag, kind, number) + value.ljust(4, b"\0")

    def degrees(*parts: tuple[int, int]) -> bytes:
        return b"".join(struct.pack("<II", *part) for part in parts)

    first = 8 + 2 + 12 + 4
    gps = first + 2 + 4 * 12 + 4
    block = b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", 1)
    block += entry(0x8825, 4, 1, struct.pack("<I", first)) + struct.pack("<I", 0) + struct.pack("<H", 4)
    block += entry(1, 2, 2, b"N\0") + entry(2, 5, 3, struct.pack("<I", gps))
    block += entry(3, 2, 2, b"E\0") + entry(4, 5, 3, struct.pack("<I", gps + 24)) + struct.pack("<I", 0)
    block += degrees((26, 1), (34, 1), (5232, 100)) + degrees((106, 1), (42, 1), (1308, 100))
    body = b"Exif\0\0" + block
    return b"\xff\xd8\xff\xe1" + struct.pack(">H", len(body) + 2) + body + b"\xff\xd9"


def test_a_place_from_a_photograph(page: FormPage, tmp_path: Path) -> None:
    photo = tmp_path / "gps.jpg"
    photo.write_bytes(gps_jpeg())
    place = field(page, "place")
    place.take_photo(str(photo))
    assert value(page, "place") == "26.581200 106.703633 0 0"
    photo.write_bytes(png())
    place.take_photo(str(photo))
    assert "does not say" in place.note.text()
    assert value(page, "place").startswith("26.58")


@pytest.mark.parametrize("cut", [0, 1, 5, 20, 40, 80, 120])
def test_a_broken_exif_block_is_no_place(cut: int) -> None:
    assert position(gps_jpeg()[:cut]) is None


def paste(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "p.png"
    path.write_bytes(data)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    QGuiApplication.clipboard().setMimeData(mime)
    press(Qt.Key.Key_V, held=Qt.KeyboardModifier.ControlModifier)


def picture(page: FormPage, name: str) -> QImage:
    data = page.files.get(value(page, name))
    assert data is not None
    return QImage.fromData(data)


def test_a_photograph_is_turned(page: FormPage, tmp_path: Path) -> None:
    photo = field(page, "photo")
    paste(png(size=(40, 20)), tmp_path)
    first = value(page, "photo")
    photo.turn.click()
    assert (picture(page, "photo").width(), picture(page, "photo").height()) == (20, 40)
    assert value(page, "photo") != first
    assert page.files.get(first) is None


def test_a_part_is_covered_by_keys_and_nothing_is_left_below(page: FormPage, tmp_path: Path) -> None:
    photo = field(page, "photo")
    paste(png("red", size=(200, 100)), tmp_path)
    photo.cover.click()
    box = page.findChild(CoverBox)
    assert focus() is box.canvas
    press(Qt.Key.Key_Right)
    press(Qt.Key.Key_Right, held=SHIFT)
    press(Qt.Key.Key_Space)
    where = box.canvas.boxes[0].center()
    box.keep.click()
    found = picture(page, "photo")
    assert found.pixelColor(where).lightness() < 20
    assert found.pixelColor(2, 2).red() > 200


def test_covering_can_be_left(page: FormPage, tmp_path: Path) -> None:
    photo = field(page, "photo")
    paste(png("red", size=(200, 100)), tmp_path)
    before = value(page, "photo")
    photo.cover.click()
    press(Qt.Key.Key_Space)
    press(Qt.Key.Key_Escape)
    assert value(page, "photo") == before


def test_a_removed_photograph_can_be_put_back(page: FormPage, tmp_path: Path) -> None:
    photo = field(page, "photo")
    paste(png("red"), tmp_path)
    kept = page.files.get(value(page, "photo"))
    photo.remove.click()
    assert value(page, "photo") == ""
    photo.restore.click()
    assert page.files.get(value(page, "photo")) == kept


def draw(pad, *points: tuple[int, int]) -> None:
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(*points[0]))
    for point in points[1:]:
        QTest.mouseMove(pad, QPoint(*point))
    QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=QPoint(*points[-1]))


def test_a_signature_is_drawn_taken_back_and_cleared(page: FormPage) -> None:
    name = field(page, "name")
    draw(name.pad, (20, 20), (200, 100))
    draw(name.pad, (20, 100), (200, 20))
    name.settle()
    assert value(page, "name").endswith(".png")
    both = picture(page, "name")
    assert both.pixelColor(110, 60).lightness() < 80
    name.back.click()
    name.settle()
    assert picture(page, "name").pixelColor(20, 100).lightness() > 200
    name.remove.click()
    assert value(page, "name") == ""
    assert name.pad.strokes == 0


def test_a_drawing_is_taken_in_by_itself(page: FormPage) -> None:
    name = field(page, "name")
    draw(name.pad, (20, 20), (200, 100))
    QTest.qWait(700)
    assert value(page, "name")


def test_marks_go_onto_a_photograph(page: FormPage, tmp_path: Path) -> None:
    marks = field(page, "marks")
    assert not marks.pad.isVisible()
    paste(png("white", size=(300, 200)), tmp_path)
    assert marks.pad.isVisible()
    draw(marks.pad, (10, 10), (marks.pad.width() - 10, marks.pad.height() - 10))
    marks.settle()
    found = picture(page, "marks")
    assert (found.width(), found.height()) == (300, 200)
    assert found.pixelColor(150, 100).red() > 200 > found.pixelColor(150, 100).green()


def test_who_cannot_write_agrees_aloud_before_a_witness(page: FormPage) -> None:
    made = field(page, "name")
    made.spoken.setFocus()  # type: ignore[attr-defined]
    press(Qt.Key.Key_Space)
    assert focus() is made.witness  # type: ignore[attr-defined]
    press(ENTER)
    assert value(page, "name") == ""  # without a name nobody has witnessed anything
    say("王秀兰")
    press(ENTER)
    assert value(page, "name").endswith(".png")
    found = picture(page, "name")
    assert not found.isNull()
    ink = sum(found.pixelColor(x, y).lightness() < 128 for x in range(found.width()) for y in range(found.height()))
    assert ink > 100
    assert not made.witness.isVisible()  # type: ignore[attr-defined]

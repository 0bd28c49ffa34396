"""Photographs: smaller, upright, and without where they were taken."""

import pytest
from form_pages import open_session
from PySide6.QtCore import QBuffer, QIODevice, QMimeData, QUrl
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from desktop.fill.images import encode, shrink
from forms.api import Form

GPS = b"GPSLatitude 26.5812 106.7203"


def jpeg(width: int, height: int, *, gps: bool = True) -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("darkgreen"))
    target = QBuffer()
    target.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(target, "JPEG")
    data = bytes(target.data().data())
    exif = b"Exif\x00\x00" + GPS
    segment = b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif
    return data[:2] + segment + data[2:] if gps else data


@pytest.mark.parametrize(
    ("width", "height", "want"), [(4000, 3000, (1600, 1200)), (900, 3200, (450, 1600)), (640, 480, (640, 480))]
)
def test_pictures_are_made_smaller(qapp: QApplication, width: int, height: int, want: tuple[int, int]) -> None:
    small = shrink(jpeg(width, height))
    assert small is not None
    image = QImage.fromData(small)
    assert (image.width(), image.height()) == want
    assert small[:2] == b"\xff\xd8"


def test_the_place_is_gone(qapp: QApplication) -> None:
    data = jpeg(640, 480)
    assert GPS in data
    small = shrink(data)
    assert small is not None
    assert GPS not in small
    assert b"Exif" not in small


@pytest.mark.parametrize("data", [b"", b"not a picture", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n" + b"\x00" * 40])
def test_what_is_no_picture_is_refused(qapp: QApplication, data: bytes) -> None:
    assert shrink(data) is None


def test_transparent_pictures_get_a_white_ground(qapp: QApplication) -> None:
    image = QImage(10, 10, QImage.Format.Format_ARGB32)
    image.fill(QColor(0, 0, 0, 0))
    assert QImage.fromData(encode(image)).pixelColor(5, 5).lightness() > 250


def test_a_photograph_is_attached_dropped_and_removed(
    qapp: QApplication, forms: dict[str, Form], open_page, tmp_path
) -> None:
    page = open_page(open_session(forms["request"]), start="/data/what/photo")
    added: list[str] = []
    removed: list[str] = []
    page.files.added.connect(lambda name, _data: added.append(name))
    page.files.removed.connect(removed.append)
    field = next(row for row in page.stage.rows() if row.ref == "/data/what/photo").field
    picture = tmp_path / "灯.jpg"
    picture.write_bytes(jpeg(2000, 1000))
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(picture))])
    assert field.take_mime(mime)
    assert page.session.node("/data/what/photo").value == "file-1.jpg"
    kept = page.files.get("file-1.jpg")
    assert kept is not None
    assert GPS not in kept
    pasted = QMimeData()
    pasted.setImageData(QImage(30, 30, QImage.Format.Format_RGB32))
    assert field.take_mime(pasted)
    assert (added, removed) == (["file-1.jpg", "file-2.jpg"], ["file-1.jpg"])
    field.remove.click()
    assert page.session.node("/data/what/photo").value == ""
    assert page.files.all() == {}


def test_a_bad_file_is_said_and_changes_nothing(
    qapp: QApplication, forms: dict[str, Form], open_page, tmp_path
) -> None:
    page = open_page(open_session(forms["request"]), start="/data/what/photo")
    field = next(row for row in page.stage.rows() if row.ref == "/data/what/photo").field
    text = tmp_path / "notes.jpg"
    text.write_text("no picture")
    field.take_file(str(text))
    assert "notes.jpg" in field.words.text()
    field.take_file(str(tmp_path / "gone.jpg"))
    assert "gone.jpg" in field.words.text()
    assert page.session.node("/data/what/photo").value == ""

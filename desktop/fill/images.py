"""Photographs as they are kept: no larger than chosen, JPEG, upright, and nothing that says where they were taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QImageReader, QPainter, QTransform

LONGEST = 1600
QUALITY = 80
MOST_PIXELS = 120_000_000


@dataclass(frozen=True, slots=True)
class Photos:
    """How photographs are kept, and the folder into which a telephone or camera puts them ("" for none)."""

    longest: int = LONGEST  # pixels of the longer edge
    quality: int = QUALITY  # of JPEG, 1 to 100
    folder: str = ""


def shrink(data: bytes, *, longest: int = LONGEST, quality: int = QUALITY) -> bytes | None:
    """JPEG bytes of a picture, drawn anew so that no metadata is left; None where it is no picture.

    A picture of more than 120 million pixels is refused before it is unpacked.
    """
    source = QBuffer()
    source.setData(QByteArray(data))
    source.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(source)
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid():
        if size.width() * size.height() > MOST_PIXELS:
            return None
        if max(size.width(), size.height()) > longest:
            reader.setScaledSize(size.scaled(QSize(longest, longest), Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    return None if image.isNull() else encode(image, longest=longest, quality=quality)


def encode(image: QImage, *, longest: int = LONGEST, quality: int = QUALITY) -> bytes:
    """JPEG bytes of an image from the clipboard or the reader."""
    if max(image.width(), image.height()) > longest:
        image = image.scaled(
            longest, longest, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
    drawn = QImage(image.size(), QImage.Format.Format_RGB888)
    drawn.fill(QColor(Qt.GlobalColor.white))
    painter = QPainter(drawn)
    painter.drawImage(0, 0, image)
    painter.end()
    target = QBuffer()
    target.open(QIODevice.OpenModeFlag.WriteOnly)
    drawn.save(target, "JPEG", quality)  # type: ignore[call-overload]
    return bytes(target.data().data())


def turned(data: bytes) -> bytes:
    """A kept picture, a quarter to the right."""
    return _again(QImage.fromData(QByteArray(data)).transformed(QTransform().rotate(90)))


def covered(data: bytes, boxes: Sequence[QRect]) -> bytes:
    """A kept picture with boxes, in its own pixels, painted over: nothing of what was there is left."""
    image = QImage.fromData(QByteArray(data)).convertToFormat(QImage.Format.Format_RGB888)
    painter = QPainter(image)
    for box in boxes:
        painter.fillRect(box, QColor(Qt.GlobalColor.black))
    painter.end()
    return _again(image)


def _again(image: QImage) -> bytes:
    """A kept picture that was changed, as large as it is."""
    return encode(image, longest=max(image.width(), image.height(), 1))


def written(words: str, font: QFont, size: QSize) -> QImage:
    """Words on white paper of that size."""
    image = QImage(size, QImage.Format.Format_RGB888)
    image.fill(QColor(Qt.GlobalColor.white))
    painter = QPainter(image)
    painter.setFont(font)
    painter.setPen(QColor(Qt.GlobalColor.black))
    wrapped = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
    painter.drawText(QRect(0, 0, size.width(), size.height()).adjusted(8, 8, -8, -8), wrapped, words)
    painter.end()
    return image


def drawn_png(image: QImage) -> bytes:
    """PNG bytes of a drawing, on white."""
    target = QBuffer()
    target.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(target, "PNG")  # type: ignore[call-overload]
    return bytes(target.data().data())

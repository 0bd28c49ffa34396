"""A QR code as a picture, drawn black on white in every theme: a telephone must be able to read it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter

QUIET = 4  # modules of white around it, as ISO/IEC 18004 asks


def qr_image(words: str, *, module: int = 8) -> QImage:
    """The code of these words, `module` pixels for each of its squares, with its white edge."""
    import segno  # only where a slip is shown

    matrix = segno.make_qr(words, error="m").matrix
    side = (len(matrix) + 2 * QUIET) * module
    made = QImage(side, side, QImage.Format.Format_Grayscale8)
    made.fill(Qt.GlobalColor.white)
    painter = QPainter(made)
    for y, line in enumerate(matrix):
        for x, dark in enumerate(line):
            if dark:
                painter.fillRect((x + QUIET) * module, (y + QUIET) * module, module, module, Qt.GlobalColor.black)
    painter.end()
    return made

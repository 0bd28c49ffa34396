"""What may stand around a question: why it came, what is to be mended, what is kept, more about it, a picture."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QLabel, QWidget

from desktop.fill.kit import Kit
from desktop.fill.rich import plain_words
from desktop.widgets.basics import button, column, fill, label, reveal, row
from forms.api import Node

PICTURE_EMS = (26, 16)
HEARD = ("audio", "video", "big-image")


class News(QWidget):
    """Why the question came, and that what is written will not be lost."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self.reason = label("", "reason", wrap=True)
        stays = label(kit.text("fill.new_stays"), "small", wrap=True)
        stays.setAlignment(Qt.AlignmentFlag.AlignRight)
        fill(row(self, gap=kit.theme.scale.m), [self.reason, stays])


class ErrorLine(QWidget):
    """What is to be mended."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        sign = QLabel()
        sign.setPixmap(kit.theme.pixmap("warning-fill", "bad", size=kit.theme.scale.px(17)))
        sign.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.words = label("", "error", wrap=True)
        line = row(self, gap=kit.theme.scale.xs)
        fill(line, [sign, self.words])
        line.setStretch(1, 1)


class GoneLine(QWidget):
    """The grey line of a question that is not asked any more but was answered."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self.words = label("", "small", wrap=True)
        self.restore = button(kit.theme, kit.text("fill.restore"), kind="link", small=True)
        line = row(self, gap=kit.theme.scale.s)
        fill(line, [self.words, self.restore])
        line.setStretch(0, 1)


class Guidance(QWidget):
    """More about the question, shown on demand: what trainers write for those who fill in."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self.ask = button(kit.theme, kit.text("fill.guidance"), kind="link", icon="question", small=True)
        self.ask.setCheckable(True)
        self.ask.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.words = label("", "small", wrap=True)
        self.words.setVisible(False)
        self.ask.toggled.connect(lambda on: reveal(self.words, on))
        box = column(self, gap=kit.theme.scale.xs)
        line = row()
        fill(line, [self.ask, None])
        fill(box, [line, self.words])


class LabelMedia(QWidget):
    """The picture of a label; a sound or film is named, this window plays none."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        self._shown: dict[str, str] | None = None
        self.picture = QLabel()
        self.words = label("", "small", wrap=True)
        fill(column(self, gap=kit.theme.scale.xs), [self.picture, self.words])

    def show_node(self, node: Node) -> None:
        """Show what belongs to the label; the same again costs nothing."""
        if self._shown == dict(node.media):
            return
        self._shown = dict(node.media)
        pixmap = self._kit.picture(node.media.get("image", ""), PICTURE_EMS)
        self.picture.setPixmap(pixmap or QPixmap())
        self.picture.setAccessibleName(plain_words(node.label))
        reveal(self.picture, pixmap is not None)
        lost = node.media.get("image", "") if pixmap is None else ""
        names = [each for each in (lost, *(node.media.get(kind, "") for kind in HEARD[:2])) if each]
        said = [self._kit.text("fill.media_elsewhere", name=each.rpartition("/")[2]) for each in names]
        self.words.setText(" ".join(said))
        reveal(self.words, bool(said))

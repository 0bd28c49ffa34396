"""A photograph or another file: chosen, dropped or pasted."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QKeySequence,
    QPixmap,
)
from PySide6.QtWidgets import QFileDialog, QFrame, QLabel

from desktop.fill.fields.base import Field
from desktop.fill.fields.writing import ENTER
from desktop.fill.images import LONGEST, encode, shrink
from desktop.fill.kit import Kit
from desktop.fill.rich import plain_words
from desktop.theme.apply import restyle
from desktop.widgets.basics import button, column, fill, label, reveal, row
from forms.api import Node

THUMB_EMS = (11, 7)
MOST_BYTES = 100 * 1024 * 1024
IMAGES = "*.jpg *.jpeg *.png *.webp *.bmp *.gif *.heic *.tif *.tiff"


class FileField(Field):
    """One file. Pictures are made smaller and lose what says where they were taken; other files stay as they are."""

    def __init__(self, kit: Kit, node: Node) -> None:
        super().__init__(kit)
        self._picture = _media(node).startswith("image")
        self._longest = _longest(node)
        self._value = ""
        self._name = plain_words(node.label)
        scale = kit.theme.scale
        self.area = DropArea(self)
        self.thumb = QLabel()
        self.words = label("", "small", wrap=True)
        text = kit.text
        words = text("fill.choose_picture" if self._picture else "fill.choose_file")
        self.choose = button(kit.theme, words, icon="image" if self._picture else "paperclip", small=True)
        self.remove = button(kit.theme, text("fill.remove_file"), kind="link", icon="trash", small=True)
        for each in (self.choose, self.remove):
            each.setAccessibleDescription(self._name)
        self.choose.installEventFilter(self)
        self.choose.clicked.connect(self.pick)
        self.remove.clicked.connect(self._removed)
        buttons = row(gap=scale.s)
        fill(buttons, [self.choose, self.remove, None])
        side = column(gap=scale.xs)
        fill(side, [buttons, self.words])
        line = row(self.area, gap=scale.m, margins=(scale.m, scale.s, scale.m, scale.s))
        fill(line, [self.thumb, side])
        line.setStretch(1, 1)
        self.box.addWidget(self.area)

    def show_node(self, node: Node) -> None:
        self._value = node.value
        data = self.kit.files.get(node.value) if node.value else None
        reveal(self.remove, bool(node.value) and not node.readonly)
        self.choose.setEnabled(not node.readonly)
        self._show_thumb(data)
        if node.value:
            size = self.kit.text("fill.file_size", size=f"{max(1, len(data) // 1024)}") if data is not None else ""
            self.words.setText("  ".join(each for each in (node.value, size) if each))
        else:
            self.words.setText(self.kit.text("fill.drop_picture" if self._picture else "fill.drop_file"))

    def take_focus(self) -> None:
        self.choose.setFocus(Qt.FocusReason.TabFocusReason)

    def pick(self) -> None:
        """Ask for a file."""
        kind = f"{self.kit.text('fill.pictures')} ({IMAGES})" if self._picture else ""
        path, _ = QFileDialog.getOpenFileName(self, self._name, "", kind)
        if path:
            self.take_file(path)

    def take_file(self, path: str) -> None:
        """Attach a file by its path."""
        source = Path(path)
        try:
            if source.stat().st_size > MOST_BYTES:
                self.words.setText(self.kit.text("fill.file_too_large"))
                return
            data = source.read_bytes()
        except OSError:
            self.words.setText(self.kit.text("fill.file_unreadable", name=source.name))
            return
        self.take_bytes(data, ending=source.suffix.lower() or ".bin", name=source.name)

    def take_bytes(self, data: bytes, *, ending: str, name: str = "") -> None:
        """Attach what was read; `ending` with its dot."""
        if self._picture:
            smaller = shrink(data, longest=self._longest)
            if smaller is None:
                self.words.setText(self.kit.text("fill.no_picture", name=name))
                return
            data, ending = smaller, ".jpg"
        self._attach(data, ending)

    def take_mime(self, mime: QMimeData) -> bool:
        """Attach what was dropped or pasted; false where there is nothing to attach."""
        for url in mime.urls():
            if url.isLocalFile():
                self.take_file(url.toLocalFile())
                return True
        if self._picture and mime.hasImage():
            image = QImage(mime.imageData())
            if not image.isNull():
                self._attach(encode(image, longest=self._longest), ".jpg")
                return True
        return False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter goes on to the next question, as everywhere; Space opens the dialog."""
        pressed = event if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) else None
        if pressed is not None and watched is self.choose and pressed.key() in ENTER and not pressed.modifiers():
            self.confirmed.emit()
            return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        pastes = event.matches(QKeySequence.StandardKey.Paste) and self.choose.isEnabled()
        if pastes and self.take_mime(QGuiApplication.clipboard().mimeData()):
            return
        super().keyPressEvent(event)

    def _attach(self, data: bytes, ending: str) -> None:
        old = self._value
        name = self.kit.new_name(ending)
        self.kit.files.add(name, data)
        self._value = name
        self.answered.emit(name)
        if old:
            self.kit.files.remove(old)

    def _removed(self) -> None:
        old, self._value = self._value, ""
        self.answered.emit("")
        self.kit.files.remove(old)

    def _show_thumb(self, data: bytes | None) -> None:
        wide, high = (self.kit.theme.scale.em(ems) for ems in THUMB_EMS)
        pixmap = QPixmap()
        shown = data is not None and self._picture and pixmap.loadFromData(data)
        reveal(self.thumb, bool(shown))
        if shown:
            ratio = self.devicePixelRatioF()
            pixmap = pixmap.scaled(
                round(wide * ratio),
                round(high * ratio),
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            pixmap.setDevicePixelRatio(ratio)
            self.thumb.setPixmap(pixmap)
            self.thumb.setAccessibleName(self._name)


class DropArea(QFrame):
    """The frame on which a file may be dropped."""

    def __init__(self, owner: FileField) -> None:
        super().__init__()
        self._owner = owner
        self.setProperty("kind", "drop")
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() or event.mimeData().hasImage():
            event.acceptProposedAction()
            restyle(self, state="over")

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        restyle(self, state="")

    def dropEvent(self, event: QDropEvent) -> None:
        restyle(self, state="")
        if self._owner.take_mime(event.mimeData()):
            event.acceptProposedAction()


def _media(node: Node) -> str:
    return node.parameters.get("mediatype", node.attributes.get("mediatype", "image/*"))


def _longest(node: Node) -> int:
    wanted = node.parameters.get("max-pixels", "")
    return min(int(wanted), LONGEST) if wanted.isdecimal() and int(wanted) > 0 else LONGEST

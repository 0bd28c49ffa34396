"""A photograph or another file: chosen, dropped or pasted."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt
from PySide6.QtGui import QGuiApplication, QImage, QKeyEvent, QKeySequence, QPixmap
from PySide6.QtWidgets import QFileDialog, QLabel, QWidget

from desktop.fill.covering import CoverBox
from desktop.fill.fields.base import Field
from desktop.fill.fields.dropping import DropArea
from desktop.fill.fields.writing import ENTER
from desktop.fill.images import encode, shrink, turned
from desktop.fill.kit import Kit
from desktop.fill.rich import plain_words
from desktop.widgets.basics import button, column, fill, label, reveal, row
from desktop.widgets.flow import FlowLayout
from forms.api import Node

THUMB_EMS = (11, 7)
MOST_BYTES = 100 * 1024 * 1024
IMAGES = "*.jpg *.jpeg *.png *.webp *.bmp *.gif *.heic *.tif *.tiff"


class FileField(Field):
    """One file. Pictures are made smaller and lose what says where they were taken; other files stay as they are."""

    def __init__(self, kit: Kit, node: Node) -> None:
        super().__init__(kit)
        self._picture = media_of(node).startswith("image")
        self._longest = longest_of(node, kit.photos.longest)
        self._value = ""
        self._name = plain_words(node.label)
        self._taken: tuple[str, bytes] | None = None  # what was removed last, to be put back
        self.area = DropArea(self)
        self.thumb = QLabel()
        self.words = label("", "small", wrap=True)
        self._make_buttons()
        self._lay_out()

    def _make_buttons(self) -> None:
        text, theme = self.kit.text, self.kit.theme
        words = text("fill.choose_picture" if self._picture else "fill.choose_file")
        self.choose = button(theme, words, icon="image" if self._picture else "paperclip", small=True)
        self.turn = button(theme, text("fill.turn_picture"), icon="arrow-bend-up-right", kind="link", small=True)
        self.cover = button(theme, text("fill.cover_picture"), icon="eye-slash", kind="link", small=True)
        self.remove = button(theme, text("fill.remove_file"), kind="link", icon="trash", small=True)
        self.restore = button(theme, text("fill.restore_file"), kind="link", icon="arrow-counter-clockwise", small=True)
        for made, does in (
            (self.choose, self.pick),
            (self.turn, self._turn),
            (self.cover, self._open_cover),
            (self.remove, self._removed),
            (self.restore, self._restore),
        ):
            made.setAccessibleDescription(self._name)
            made.clicked.connect(does)
        self.choose.installEventFilter(self)

    def _lay_out(self) -> None:
        scale = self.kit.theme.scale
        buttons = QWidget()
        flow = FlowLayout(buttons, gap=scale.s)
        for made in (self.choose, self.turn, self.cover, self.remove, self.restore):
            flow.addWidget(made)
        side = column(gap=scale.xs)
        fill(side, [buttons, self.words])
        line = row(self.area, gap=scale.m, margins=(scale.m, scale.s, scale.m, scale.s))
        fill(line, [self.thumb, side])
        line.setStretch(1, 1)
        self.box.addWidget(self.area)

    def show_node(self, node: Node) -> None:
        self._value = node.value
        data = self.kit.files.get(node.value) if node.value else None
        there = bool(node.value) and not node.readonly
        reveal(self.remove, there)
        shown = self._show_thumb(data)
        for made in (self.turn, self.cover):
            reveal(made, there and shown)
        reveal(self.restore, self._taken is not None and not node.value and not node.readonly)
        self.choose.setEnabled(not node.readonly)
        key = "picture" if self._picture else "file"
        self.choose.setText(self.kit.text(f"fill.other_{key}" if node.value else f"fill.choose_{key}"))
        if node.value:
            size = self.kit.text("fill.file_size", size=f"{max(1, len(data) // 1024)}") if data is not None else ""
            name = "" if shown else node.value
            self.words.setText("  ".join(each for each in (name, size) if each))
        else:
            self.words.setText(self.kit.text("fill.drop_picture" if self._picture else "fill.drop_file"))

    def take_focus(self) -> None:
        self.choose.setFocus(Qt.FocusReason.TabFocusReason)

    def pick(self) -> None:
        """Ask for a file."""
        kind = f"{self.kit.text('fill.pictures')} ({IMAGES})" if self._picture else ""
        path, _ = QFileDialog.getOpenFileName(self, self._name, self.kit.photos.folder if self._picture else "", kind)
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
            smaller = shrink(data, longest=self._longest, quality=self.kit.photos.quality)
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
                self._attach(encode(image, longest=self._longest, quality=self.kit.photos.quality), ".jpg")
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
        self._value, self._taken = name, None
        self.answered.emit(name)
        if old:
            self.kit.files.remove(old)

    def _removed(self) -> None:
        old, data = self._value, self.kit.files.get(self._value)
        self._taken = (old, data) if data is not None else None
        self._value = ""
        self.answered.emit("")
        self.kit.files.remove(old)
        self.take_focus()

    def _restore(self) -> None:
        if self._taken is not None:
            name, data = self._taken
            self._attach(data, Path(name).suffix)

    def _turn(self) -> None:
        """A quarter to the right."""
        data = self.kit.files.get(self._value)
        if data is not None:
            self._attach(turned(data), ".jpg")

    def _open_cover(self) -> None:
        data = self.kit.files.get(self._value)
        if data is None:
            return
        box = CoverBox(self.kit, data, over=self.window())
        box.covered.connect(lambda found: self._attach(found, ".jpg"))
        box.closed.connect(lambda: self.cover.setFocus(Qt.FocusReason.TabFocusReason))

    def _show_thumb(self, data: bytes | None) -> bool:
        """Whether there is a picture to be seen."""
        wide, high = (self.kit.theme.scale.em(ems) for ems in THUMB_EMS)
        pixmap = QPixmap()
        shown = data is not None and self._picture and pixmap.loadFromData(data)
        reveal(self.thumb, bool(shown))
        if shown:
            ratio = self.devicePixelRatioF()
            box, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            pixmap = pixmap.scaled(round(wide * ratio), round(high * ratio), box, smooth)
            pixmap.setDevicePixelRatio(ratio)
            self.thumb.setPixmap(pixmap)
            self.thumb.setAccessibleName(self._name)
        return bool(shown)


def media_of(node: Node) -> str:
    return node.parameters.get("mediatype", node.attributes.get("mediatype", "image/*"))


def longest_of(node: Node, most: int) -> int:
    """Pixels of the longer edge: what the form asks for, never more than was chosen here."""
    wanted = node.parameters.get("max-pixels", "") or node.attributes.get("orx:max-pixels", "")
    return min(int(wanted), most) if wanted.isdecimal() and int(wanted) > 0 else most

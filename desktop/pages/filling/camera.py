"""The folder into which a telephone or camera puts its photographs, watched while a form is open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Qt, QTimer
from PySide6.QtGui import QImageReader
from shiboken6 import isValid

from desktop.fill.images import Photos
from desktop.fill.page import FormPage
from desktop.fill.photos import MOST, THUMB, Shot
from desktop.services.api import Desk
from desktop.services.keeping.choices import MEASURES, PHOTO_FOLDER, PHOTO_SIZE, photo_size
from desktop.tasks import Lanes

EVERY_MS = 3_000
ENDINGS = frozenset({".jpg", ".jpeg", ".png", ".webp", ".heic", ".tif", ".tiff"})
MOST_LISTED = 20_000  # files of a folder that are looked at
Names = frozenset[str]


class CameraFolder(QObject):
    """What comes into the folder after a form was opened is offered beside it; looked for beside the window."""

    def __init__(self, owner: QObject, lanes: Lanes[Desk]) -> None:
        super().__init__(owner)
        self._lanes = lanes
        self._form: FormPage | None = None
        self._folder = Path()
        self._before: Names | None = None  # what lay there when the form was opened; None until it was looked at
        self._shown: tuple[Shot, ...] = ()
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self.look)

    def watch(self, form: FormPage, folder: str) -> None:
        """Begin, where a folder was chosen and the form asks for photographs."""
        if folder and form.photos.may_be_wanted:
            self._form, self._folder, self._before = form, Path(folder), None
            self._timer.start()
            self.look()

    def look(self) -> None:
        """Look now."""
        folder, before, shown = self._folder, self._before, self._shown
        self._lanes.net(self, lambda _ticket: _looked(folder, before, shown), self._found, failed=lambda _: None)

    def _found(self, found: tuple[Names, tuple[Shot, ...]]) -> None:
        if self._form is None or not isValid(self._form):
            self._timer.stop()
            return
        names, self._shown = found
        if self._before is None:
            self._before = names
        self._form.photos.offer(self._shown)


def photos_of(get: Callable[[str], str]) -> Photos:
    """As the settings have it."""
    measure = MEASURES[photo_size(get(PHOTO_SIZE))]
    return Photos(measure.longest, measure.quality, get(PHOTO_FOLDER))


def _looked(folder: Path, before: Names | None, shown: tuple[Shot, ...]) -> tuple[Names, tuple[Shot, ...]]:
    """The names of the photographs that lie there, and those of them that came since, the newest first."""
    there: dict[str, float] = {}
    try:
        for number, entry in enumerate(folder.iterdir()):
            if number == MOST_LISTED:
                break
            if entry.suffix.lower() in ENDINGS and entry.is_file():
                there[entry.name] = entry.stat().st_mtime
    except OSError:  # the cable was pulled out
        return before or frozenset(), ()
    if before is None:
        return frozenset(there), ()
    known = {shot.name: shot for shot in shown}
    fresh = sorted((name for name in there if name not in before), key=lambda name: -there[name])[:MOST]
    shots = [known.get(name) or _shot(folder / name) for name in fresh]
    return frozenset(there), tuple(shot for shot in shots if not shot.picture.isNull())


def _shot(path: Path) -> Shot:
    """A small picture of it; a null one while it is still being copied."""
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid():
        reader.setScaledSize(size.scaled(QSize(*THUMB) * 2, Qt.AspectRatioMode.KeepAspectRatio))
    return Shot(str(path), path.name, reader.read())

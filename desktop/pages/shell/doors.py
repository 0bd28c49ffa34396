"""The window between two people: the door that one opens it by, nobody's desk, who was there before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from desktop.pages.opening.lock import LockPage
from desktop.services.keeping.bringing_back import finish
from desktop.services.office.place import receives
from desktop.tasks import Lanes
from desktop.widgets.basics import label
from forms.text import Text

if TYPE_CHECKING:
    from desktop.pages.keeping.preferences import Preferences
    from desktop.pages.opening.first_run import Typed
    from desktop.pages.parts.places import Place
    from desktop.services.api import Workspace
    from desktop.services.clock import Clock
    from desktop.services.keeping.interrupted import Interrupted
    from desktop.theme.apply import Theme

PIN_DIGITS = 6


def is_pin(secret: str) -> bool:
    """Whether it looks like a PIN, which no passphrase can: those are longer."""
    return len(secret) == PIN_DIGITS and secret.isascii() and secret.isdigit()


class Nobody:
    """The desk of lanes that have none: they only derive keys and ask the network before somebody is in."""

    def close(self) -> None:
        """Nothing is open."""


@dataclass(frozen=True, slots=True)
class Left:
    """Who was where when the window was locked, and what ran then."""

    user: str
    place: Place | None
    work: tuple[Interrupted, ...]


def waiting(words: str) -> QWidget:
    """A page that only says what one waits for."""
    made = label(words, "second")
    made.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return made


class Door(QObject):
    """The lock page of the workspace in `folder`, or the first run where there is none, and what opens it.

    `wears` gives the theme and the preferences of now, `receiving` whether a township's computer receives just now.
    `shown` carries a page and the window's title, `opened` the workspace, `failed` why it did not open, `chosen` the
    preferences of a first run; `elsewhere`: another workspace was chosen.
    """

    shown = Signal(object, str)
    opened = Signal(object)
    failed = Signal(object)
    chosen = Signal(object)
    elsewhere = Signal()

    def __init__(
        self,
        window: QWidget,
        folder: Path,
        clock: Clock,
        *,
        wears: Callable[[], tuple[Theme, Preferences]],
        receiving: Callable[[], bool],
    ) -> None:
        super().__init__(window)
        self.folder = folder
        self.lanes: Lanes[Nobody] = Lanes(lambda _writer: Nobody())
        self.page: QWidget | None = None
        self._window, self._clock, self._wears, self._receiving = window, clock, wears, receiving
        self._loaded = False
        self._locked: Workspace | None = None  # what a PIN opens again, while the program runs
        self._first = ""  # whose name stands first
        self._typed: Typed | None = None  # in a first run whose language is just changing

    def show(self) -> None:
        """Show the page; whose names stand on it is read meanwhile, since what reads them takes long to load."""
        theme, preferences = self._wears()
        text = Text(preferences.language)
        finish(self.folder)
        if not self.folder.is_dir() or not any(self.folder.iterdir()):
            self._show_first_run(theme, text)
            return
        page, title = LockPage(theme, text), text("shell.name")
        page.unlock.connect(self._unlock)
        page.look_again.connect(self._read_users)
        page.other.connect(self._choose_folder)
        if self._locked is not None:
            page.allow_pin(self._locked.user, self._locked.pin_tries)
        if receives(self.folder) and not self._receiving():
            page.say(text("office.paused"), text("office.paused_detail"))
            title = f"{text('office.paused')} · {title}"
        self._show(page, title)
        page.ready()
        if self._loaded:
            self._read_users()

    def show_locked(self, workspace: Workspace) -> None:
        """Somebody was in until now; with a PIN the workspace waits for it."""
        self._first = workspace.user
        self._locked = workspace if workspace.pin_tries else None
        self.show()

    def load(self) -> None:
        """After the first paint: whose names there are, and what the next step needs while the person types."""
        self._loaded = True
        self._read_users()

        def work(_ticket: object) -> None:
            import desktop.pages.shell.build
            import desktop.services.keeping.workspace  # noqa: F401

        self.lanes.net(self, work, lambda _: None)

    def refuse(self, error: BaseException) -> None:
        """Say why nobody came in."""
        from desktop.pages.shell.presenter import present

        notice = present(error, Text(self._wears()[1].language))
        if not isinstance(self.page, LockPage):
            self.show()
        elif self._locked is not None:
            self.page.allow_pin(self._locked.user, self._locked.pin_tries)
        if notice is not None and isinstance(self.page, LockPage):
            self.page.refused(notice)

    def leave(self) -> None:
        """Somebody is in."""
        self.page = None

    def close(self) -> None:
        """The program ends."""
        self.lanes.close()
        self._forget_pin()

    def _show(self, page: QWidget, title: str) -> None:
        self.page = page
        self.shown.emit(page, title)

    def _show_first_run(self, theme: Theme, text: Text) -> None:
        from desktop.pages.opening.first_run import FirstRunPage

        page = FirstRunPage(theme, text, folder=self.folder, clock=self._clock, doors=self.lanes)
        page.ready.connect(self.opened)
        page.language.connect(lambda language: self._soon(page.typed, language=language))
        page.resized.connect(lambda size: self._soon(page.typed, size=size))
        if self._typed is not None:
            page.put(self._typed)
        self._show(page, text("shell.name"))

    def _soon(self, typed: Typed, *, language: str = "", size: int = 0) -> None:
        """Not before the key that chose it is done with: an arrow takes the focus back to the page that goes."""
        QTimer.singleShot(0, self, lambda: self._first_run_in(typed, language=language, size=size))

    def _first_run_in(self, typed: Typed, *, language: str, size: int) -> None:
        """The first run in another language or size; what was chosen there stays."""
        now = self._wears()[1]
        self._typed = typed
        self.chosen.emit(replace(now, language=language or now.language, size=size or now.size))
        self._typed = None

    def _read_users(self) -> None:
        """Whose names stand on the lock page; loads on the way what opening needs."""
        page, folder, clock = self.page, self.folder, self._clock
        if not isinstance(page, LockPage):
            return

        def read(_ticket: object) -> tuple[tuple[str, ...], dict[str, int]]:
            from desktop.services.keeping.users import minutes_to_wait
            from desktop.services.keeping.workspace import users

            found = users(folder)
            return found, {user: minutes_to_wait(folder, user, clock=clock) for user in found}

        self.lanes.net(page, read, self._show_users, failed=self.failed.emit)

    def _show_users(self, found: tuple[tuple[str, ...], dict[str, int]]) -> None:
        users, waits = found
        if isinstance(self.page, LockPage):
            self.page.offer(sorted(users, key=lambda user: user != self._first), waits)

    def _choose_folder(self) -> None:
        """Another workspace on this computer or on a stick."""
        from PySide6.QtWidgets import QFileDialog

        text = Text(self._wears()[1].language)
        chosen = QFileDialog.getExistingDirectory(self._window, text("pages.other_folder"))
        if chosen:
            self.folder = Path(chosen)
            self._forget_pin()
            self._first = ""
            self.elsewhere.emit()
            self.show()

    def _unlock(self, user: str, passphrase: str) -> None:
        folder, clock, locked = self.folder, self._clock, self._locked

        def work(_ticket: object) -> Workspace:
            from desktop.services.keeping.workspace import open_workspace

            if locked is not None and locked.user == user and locked.pin_tries:
                if is_pin(passphrase):
                    locked.reopen(passphrase)
                else:
                    locked.reopen_with(passphrase)
                return locked
            opened: Workspace = open_workspace(folder, passphrase=passphrase, user=user, clock=clock)
            if locked is not None:
                locked.close()  # another person's turn: the first one's PIN is over
            return opened

        self.lanes.net(self, work, self._open, failed=self.failed.emit)

    def _open(self, workspace: Workspace) -> None:
        self._locked = None
        self.opened.emit(workspace)

    def _forget_pin(self) -> None:
        if self._locked is not None:
            self._locked.close()
            self._locked = None

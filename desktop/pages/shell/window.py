"""The window itself: locked, or unlocked with a shell of pages; it changes between the two."""

from __future__ import annotations

import logging
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeySequence, QPaintEvent, QShortcut
from PySide6.QtWidgets import QApplication, QLayout, QStackedWidget, QWidget

from desktop.pages.keeping.preferences import PreferenceFile, Preferences
from desktop.pages.opening.idle_watch import IdleWatch
from desktop.pages.shell.doors import Door, Left, Nobody, waiting
from desktop.services.clock import Clock
from desktop.services.keeping.journal import Journal
from desktop.tasks import Lanes
from desktop.theme.apply import Theme
from desktop.theme.tokens import Size, Tone
from desktop.widgets.basics import column
from forms.text import Text

if TYPE_CHECKING:
    from desktop.pages.office.receiving import Receiving
    from desktop.pages.parts.notice import Notice
    from desktop.pages.parts.places import Place
    from desktop.pages.shell.build import Frame
    from desktop.pages.shell.shell import Shell
    from desktop.services.api import Desk, Workspace
    from desktop.services.keeping.arriving import Arrived
    from sync.protocol import Role

BIG = (1366, 768)
USABLE = (1024, 600)  # the smallest screen that is in use
LEAST = (60, 32)  # em
STEP = 1  # pixels of text a press of Ctrl and +


class Window(QWidget):
    """Everything between the frame's edges. `open` shows it; `unlocked` and `lock` change what it shows.

    `unattended`: hand-over and second copy come by themselves too.
    """

    def __init__(
        self, app: QApplication, *, folder: Path, clock: Clock, preferences: PreferenceFile, unattended: bool = True
    ) -> None:
        super().__init__()
        self._unattended = unattended
        self._app, self._clock, self._file = app, clock, preferences
        self._chosen = preferences.read()
        self._lanes: Lanes[Desk] | None = None
        self._workspace: Workspace | None = None
        self._shell: Shell | None = None
        self._receiving: Receiving | None = None  # once a township's office has been in
        self._painted = False
        self._before: Left | None = None
        self._greeting: Notice | None = None  # said when the pages are there
        self._put_on_theme(drawn=False)
        self._guards: QObject | None = None  # like all that Python hears of Qt's, after the first paint
        self._stack = QStackedWidget()
        whole = column(self)
        whole.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # no page makes the window grow
        whole.addWidget(self._stack)
        self._door = self._make_door(folder)
        self.idle = IdleWatch(self, clock, self.lock)
        self._journal = Journal()
        logging.getLogger().addHandler(self._journal)
        app.styleHints().colorSchemeChanged.connect(self._follow_the_system)
        for keys, by in (("Ctrl++", STEP), ("Ctrl+=", STEP), ("Ctrl+-", -STEP), ("Ctrl+0", 0)):
            QShortcut(QKeySequence(keys), self).activated.connect(lambda b=by: self._resize_text(b))

    @property
    def shell(self) -> Shell | None:
        """The pages, while somebody has unlocked."""
        return self._shell

    @property
    def lanes(self) -> Lanes[Desk] | None:
        return self._lanes

    @property
    def lock_page(self) -> QWidget | None:
        return self._door.page

    @property
    def doors(self) -> Lanes[Nobody]:
        return self._door.lanes

    def speak(self, language: str) -> None:
        """The language of this window, not remembered."""
        self._chosen = replace(self._chosen, language=language)

    def open(self, *, minimised: bool = False) -> None:
        """Show the window: the lock page, or the first run where there is no workspace yet."""
        self._door.show()
        self.resize(*BIG)
        screen = self.screen()
        if minimised:
            self.showMinimized()
            return
        if screen is not None and (
            screen.availableSize().width() <= BIG[0] or screen.availableSize().height() <= BIG[1]
        ):
            self.showMaximized()
        else:
            self.show()
        # A bare X server has no window manager that would make it the active window, without which no key works.
        self.activateWindow()

    def enter(self, workspace: Workspace, place: Place | None = None) -> None:
        """Somebody has unlocked: make the lanes and the shell, open today or where they were."""
        self._workspace = workspace
        lanes: Lanes[Desk] = Lanes(lambda writer: workspace.desk(writer=writer, language=self._chosen.language))
        self._lanes = lanes
        clock = self._clock

        def come_in(desk: Desk) -> Arrived:
            from desktop.services.keeping.arriving import arrive

            return arrive(desk, clock)

        # The writer first: it brings a workspace of an older release up to date, which a reader cannot.
        lanes.write(self, come_in, lambda arrived: self._build(arrived, place), failed=self._refused)

    def lock(self) -> None:
        """Keep what is being written, close every connection, let the key go, hide everything. No question asked."""
        if self._shell is None or self._workspace is None:
            return
        place = self._keep()
        self._before = Left(self._workspace.user, place, self._workspace.to_resume())
        self._tear_down()
        self._workspace.lock()
        locked, self._workspace = self._workspace, None
        self._door.show_locked(locked)

    def practise(self) -> None:
        """Leave what is open, and go to invented people that are laid out anew; a lock leads back to the real ones."""
        if self._shell is None or self._workspace is None:
            return
        me = self._shell.context.me
        self._before = None
        self._keep()
        self._drop_workspace()
        self._put(waiting(Text(self._chosen.language)("training.laying_out")))
        folder, clock = self._door.folder, self._clock

        def work(_ticket: object) -> Workspace:
            from desktop.services.trying.practice import lay_out_for

            return lay_out_for(me, folder, clock)

        self._door.lanes.net(self, work, self._enter_practice, failed=self._refused)

    def _enter_practice(self, made: Workspace) -> None:
        from desktop.pages.parts.places import Name, Place

        self.enter(made, Place(Name.TRAINING))

    def restyle(self, chosen: Preferences) -> None:
        """Another language, size or theme: everything is built anew at the same place."""
        self._chosen = chosen.sane()
        self._file.write(self._chosen)
        place = self._keep()
        self._tear_down()
        self._put_on_theme()
        if self._workspace is not None:
            self.enter(self._workspace, place)
        else:
            self._door.show()

    # inside

    def _make_door(self, folder: Path) -> Door:
        door = Door(self, folder, self._clock, wears=lambda: (self._theme, self._chosen), receiving=self._is_receiving)
        door.shown.connect(self._show_door)
        door.opened.connect(self._come_in)
        door.failed.connect(self._refused)
        door.chosen.connect(self.restyle)
        door.elsewhere.connect(self._forget_place)
        return door

    def _show_door(self, page: QWidget, title: str) -> None:
        self.setWindowTitle(title)
        self._put(page)

    def _forget_place(self) -> None:
        self._before = None

    def _is_receiving(self) -> bool:
        return self._receiving is not None and self._receiving.running

    def _put_on_theme(self, *, drawn: bool = True) -> None:
        look, size = self._chosen.seen(dark=self._is_dark()), self._chosen.size
        self._theme = Theme(look, size, motion=self._chosen.motion and not self._is_still())
        self._theme.apply(self._app, drawn=drawn)
        self.setMinimumSize(self._least())

    def _is_dark(self) -> bool:
        """Whether the rest of the computer is."""
        return self._app.styleHints().colorScheme() is Qt.ColorScheme.Dark

    def _is_still(self) -> bool:
        """Whether nothing is to move on the rest of the computer, which only Windows says."""
        return sys.platform == "win32" and not QApplication.isEffectEnabled(Qt.UIEffect.UI_AnimateMenu)

    def _follow_the_system(self) -> None:
        """It became dark or light, and the window goes with it where that was chosen."""
        if self._chosen.seen(dark=self._is_dark()) is not self._theme.tokens.look:
            self.restyle(self._chosen)

    def _least(self) -> QSize:
        """As small as the pages can be, or the screen where that is smaller."""
        scale, screen = self._theme.scale, self.screen().availableSize()
        return QSize(scale.em(LEAST[0]), scale.em(LEAST[1])).boundedTo(screen).boundedTo(QSize(*USABLE))

    def _resize_text(self, by: int) -> None:
        size = self._chosen.size + by if by else Size.OFFICE.value
        self.restyle(replace(self._chosen, size=size))

    def paintEvent(self, event: QPaintEvent) -> None:
        """After the first paint, not before, everything else is loaded."""
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self._finish_looks)
            QTimer.singleShot(0, self._door.load)

    def _finish_looks(self) -> None:
        """What the first paint could do without."""
        from desktop.widgets.guards import install

        if self._guards is None:
            self._theme.draw(self._app)
            self._guards = install(self._app, self._theme.scale.xl, self.idle.touched)

    def _put(self, page: QWidget) -> None:
        """Show this page alone; what was there before is let go, so that nothing of it stays in memory."""
        while self._stack.count():
            old = self._stack.widget(0)
            self._stack.removeWidget(old)
            old.deleteLater()
        self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)

    def _come_in(self, workspace: Workspace) -> None:
        left, self._before = self._before, None
        if left is None or left.user != workspace.user:
            self.enter(workspace)
            return
        for work in left.work:
            workspace.interrupted(work)
        self.enter(workspace, left.place)

    def _refused(self, error: BaseException) -> None:
        self._drop_workspace()
        self._door.refuse(error)

    def _drop_workspace(self) -> None:
        self._tear_down()
        if self._workspace is not None:
            self._workspace.lock()
            self._workspace = None

    def _keep(self) -> Place | None:
        """What is being written is kept, what runs is remembered; where one was."""
        if self._shell is None:
            return None
        if self._workspace is not None:
            for work in self._shell.under_way():
                self._workspace.interrupted(work)
        return self._shell.keep()

    def _build(self, arrived: Arrived, place: Place | None) -> None:
        from desktop.pages.shell.build import build_shell

        if self._lanes is None:
            return
        text = Text(self._chosen.language)
        shell = build_shell(
            theme=self._theme,
            text=text,
            clock=self._clock,
            lanes=self._lanes,
            me=arrived.me,
            place=place,
            frame=self._frame(arrived),
        )
        self._shell = shell
        self._put(shell)
        self._door.leave()
        self.setWindowTitle(f"{arrived.me.area_label} · {text('shell.name')}")
        shell.open_start()
        self.idle.wait_for(arrived.lock_minutes)
        self.idle.start()
        if arrived.cut_off is not None and place is None:
            shell.offer_again(arrived.cut_off)
        if self._greeting is not None:
            shell.warn(self._greeting)
            self._greeting = None
        for work in self._workspace.to_resume() if self._workspace is not None else ():
            shell.go_on(work)

    def _frame(self, arrived: Arrived) -> Frame:
        """What this window does for its pages."""
        from desktop.pages.shell.build import Frame

        return Frame(
            self._chosen,
            self.restyle,
            self.lock,
            self.idle,
            self._workspace,
            replace=self._take_instead,
            practise=self.practise,
            alone=arrived.alone if self._unattended else None,
            shut_out=arrived.shut_out,
            receiving=self._receive(arrived.me.role),
            journal=self._journal,
        )

    def _tear_down(self) -> None:
        """Let pages and lanes go; what waits to be written is written."""
        left = self._shell is not None
        if self._shell is not None:
            self._stack.removeWidget(self._shell)
            self._shell.hide()
            self._shell.deleteLater()
            self._shell = None
        if self._lanes is not None:
            if left:
                self._lanes.write(self, _leave)
            self._lanes.close()
            self._lanes = None

    def _take_instead(self, restored: Workspace) -> None:
        """Go on in a workspace that was brought back from a copy; the one that was open is kept beside it."""
        from desktop.pages.parts.notice import Notice
        from desktop.services.keeping.bringing_back import take_place
        from desktop.services.keeping.workspace import OpenWorkspace

        before = self._workspace
        if before is None or not isinstance(restored, OpenWorkspace):
            return
        self._keep()
        self._tear_down()
        before.close()
        self._workspace = None
        text = Text(self._chosen.language)
        try:
            opened, kept = take_place(restored, before.folder, self._clock.now())
        except OSError as problem:
            self._door.show()
            self._refused(problem)
            return
        detail = text("copies.returned_detail", folder=str(kept))
        self._greeting = Notice(Tone.OK, text("copies.returned"), detail)
        self.enter(opened)

    def _receive(self, role: Role) -> Receiving | None:
        """The reception of a township's computer, begun with the first unlocking and kept until the program ends."""
        from sync.protocol import Role

        if role is not Role.TOWNSHIP or self._lanes is None or self._workspace is None:
            return None
        if self._receiving is None:
            from desktop.pages.office.receiving import Receiving
            from desktop.services.keeping.autostart import AutoStart, autostart_folder

            folder = self._workspace.folder
            self._receiving = Receiving(folder, self._clock, AutoStart(folder, autostart_folder()))
        self._receiving.come_in(self._lanes)
        return self._receiving

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._shell is not None:
            self._shell.keep()
        self._drop_workspace()
        logging.getLogger().removeHandler(self._journal)
        self._door.close()
        if self._receiving is not None:
            self._receiving.stop()
        self.idle.stop()
        if self._guards is not None:
            self._app.removeEventFilter(self._guards)
            self._guards.deleteLater()
        super().closeEvent(event)


def _leave(desk: Desk) -> None:
    from desktop.services.keeping.arriving import leave

    leave(desk)

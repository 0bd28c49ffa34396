"""Pictures of every page with the real data of a workspace, for the story and for looking at beside the designs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget

from desktop.pages.board.page import BoardPage
from desktop.pages.filling.page import FormHost
from desktop.pages.inbox.page import InboxPage
from desktop.pages.keeping.preferences import Preferences
from desktop.pages.opening.first_run import FirstRunPage
from desktop.pages.opening.lock import LockPage
from desktop.pages.parts.places import Name, Place, navigation
from desktop.pages.people.ask import AskPage
from desktop.pages.shell.build import Frame, build_shell
from desktop.pages.shell.shell import Shell
from desktop.services.api import Desk, Workspace
from desktop.services.clock import Clock
from desktop.services.rights import RIGHTS, Use
from desktop.services.values import BoardFilter, RequestState, Tab
from desktop.tasks import Lanes
from desktop.theme.apply import Theme
from forms.text import Text
from sync.protocol import Role

SIZE = (1366, 768)


@dataclass(frozen=True, slots=True)
class Known:
    """What the pictured places are about: the first resident and requests in each state, "" where there is none."""

    resident: str
    initials: str
    to_tell: str
    open_request: str


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: its name, where it is taken, and what a person did there first."""

    name: str
    place: Place
    do: Callable[[Shell], None] | None = None


class Gallery:
    """Takes pictures into a folder; `names` are the files that were written."""

    def __init__(self, app: QApplication, out: Path, *, clock: Clock, preferences: Preferences) -> None:
        self._app, self._out, self._clock, self._preferences = app, out, clock, preferences
        self._theme = Theme(preferences.seen(dark=False), preferences.size)
        self._text = Text(preferences.language)
        self.names: list[str] = []
        out.mkdir(parents=True, exist_ok=True)
        self._theme.apply(app)

    def closed(self, user: str) -> None:
        """The pages that are shown before anybody has unlocked."""
        doors: Lanes[Desk] = Lanes(_never)
        first = FirstRunPage(self._theme, self._text, folder=self._out, clock=self._clock, doors=doors)
        for name, page in (("lock", LockPage(self._theme, self._text, users=[user])), ("first-run", first)):
            page.resize(*SIZE)
            page.show()
            self._take(page, name)
            page.close()
            page.deleteLater()
        doors.close()

    def workspace(self, workspace: Workspace, pictures: Callable[[Role, Known], Sequence[Picture]]) -> None:
        """Every page of the workspace's role; nothing is written in it."""
        with self._shell(workspace) as (shell, lanes):
            role = shell.context.me.role
            found: list[Known] = []
            lanes.read(shell, look_around, found.append)
            lanes.wait()
            for picture in pictures(role, found[0]):
                shell.go(picture.place)
                lanes.wait()
                if picture.do is not None:
                    picture.do(shell)
                    lanes.wait()
                self._take(shell, f"{role.value}-{picture.name}")
            if isinstance(shell.page, FormHost):
                shell.back()

    @contextmanager
    def _shell(self, workspace: Workspace) -> Iterator[tuple[Shell, Lanes[Desk]]]:
        language = self._preferences.language
        lanes: Lanes[Desk] = Lanes(lambda writer: workspace.desk(writer=writer, language=language))
        shells: list[Shell] = []

        def build(desk_me: object) -> None:
            shells.append(
                build_shell(
                    theme=self._theme,
                    text=self._text,
                    clock=self._clock,
                    lanes=lanes,
                    me=desk_me,  # type: ignore[arg-type]
                    frame=Frame(self._preferences),
                )
            )

        owner = QWidget()
        failures: list[BaseException] = []
        lanes.read(owner, lambda desk: desk.me, build, failed=failures.append)
        lanes.wait()
        if failures:
            lanes.close()
            raise failures[0]
        shell = shells[0]
        try:
            shell.resize(*SIZE)
            shell.show()
            shell.open_start()
            lanes.wait()
            yield shell, lanes
        finally:
            shell.hide()
            lanes.close()
            shell.deleteLater()
            self._app.processEvents()

    def _take(self, page: QWidget, name: str) -> None:
        for _ in range(3):
            self._app.processEvents()
        file = f"{name}-{self._preferences.language}.png"
        if not page.grab().save(str(self._out / file)):
            raise OSError(f"{self._out / file} could not be written")
        self.names.append(file)


def pictures(role: Role, known: Known) -> list[Picture]:
    """The places of a role, in the order of its navigation."""
    settings = Picture("settings", Place(Name.SETTINGS))
    hand_over = Picture("hand-over", Place(Name.HAND_OVER))
    sheets = [Picture("workbook", Place(Name.WORKBOOK))]
    if role in (Role.VILLAGE, Role.TOWNSHIP):
        sheets.append(Picture("intake", Place(Name.INTAKE)))
        sheets += [Picture("own-data", Place(Name.OWN_DATA, known.resident))] if known.resident else []
    if role is not Role.VILLAGE:
        listed = {entry.page for entry in navigation(role)} | ({Name.FORM} if role is not Role.SUPERVISOR else set())
        listed |= {Name.OPINIONS, Name.PUBLICATION}
        there = [*_township(role, known), hand_over, Picture("export", Place(Name.EXPORT)), *_figures(role)]
        return [*(picture for picture in there if picture.place.page in listed), *sheets, settings]
    about = (("requester", "person"), ("resident", known.resident))
    told = (("request", known.to_tell),)
    heard = (("way", "phone"), ("reaction", "satisfied"))
    found = [
        Picture("today", Place(Name.TODAY)),
        Picture("people", Place(Name.PEOPLE)),
        Picture("resident", Place(Name.RESIDENT, known.resident)) if known.resident else None,
        Picture("visit", Place(Name.VISIT)),
        Picture("visits", Place(Name.VISITS)),
        Picture("hazard", Place(Name.HAZARD)),
        Picture("emergency", Place(Name.EMERGENCY)),
        Picture("printing", Place(Name.PRINTING)),
        Picture("ask", Place(Name.ASK), lambda shell: _type(shell, known.initials)),
        Picture("request", Place(Name.FORM, "request", known=about)) if known.resident else None,
        Picture("household", Place(Name.FORM, "household")),
        Picture("told", Place(Name.FORM, "told", known=told)) if known.to_tell else None,
        Picture("check", Place(Name.FORM, "told", known=(*told, *heard)), _check) if known.to_tell else None,
        Picture("requests", Place(Name.REQUESTS, tab=Tab.TO_TELL.value)),
        Picture("request-open", Place(Name.REQUESTS, known.open_request, tab=Tab.HANDED_OVER.value))
        if known.open_request
        else None,
        Picture("forms", Place(Name.FORMS)),
        Picture("overview", Place(Name.OVERVIEW)),
        hand_over,
        *sheets,
        settings,
    ]
    return [picture for picture in found if picture is not None]


def _figures(role: Role) -> list[Picture]:
    """The overview, and for those who may what is made of it for others."""
    found = [Picture("overview", Place(Name.OVERVIEW))]
    if role in (Role.TOWNSHIP, Role.SUPERVISOR):
        found += [Picture("opinions", Place(Name.OPINIONS)), Picture("publication", Place(Name.PUBLICATION))]
    return found


def _township(role: Role, known: Known) -> list[Picture]:
    def opened(shell: Shell) -> None:
        if isinstance(shell.page, BoardPage):
            shell.page.show_row(0)

    def step(action: str) -> Place:
        return Place(Name.FORM, "request_update", known=(("request", known.open_request), ("action", action)))

    def first_batch(shell: Shell) -> None:
        if isinstance(shell.page, InboxPage):
            shell.page.open_row(0)

    actions = [action for action in ("assign", "answer", "return") if role in RIGHTS[Use(action)]]
    steps = [Picture(action, step(action)) for action in actions]
    return [
        Picture("today", Place(Name.TODAY)),
        Picture("inbox", Place(Name.INBOX), first_batch),
        Picture("board", Place(Name.BOARD), opened),
        Picture("overdue", Place(Name.OVERDUE), opened),
        Picture("printing", Place(Name.PRINTING)),
        *(steps if known.open_request else ()),
        Picture("people", Place(Name.PEOPLE)),
        Picture("review", Place(Name.REVIEW)),
        Picture("office", Place(Name.OFFICE)),
        Picture("forms", Place(Name.FORMS)),
    ]


def look_around(desk: Desk) -> Known:
    """Whom and what the pictures can be about."""
    requests = desk.requests.board(BoardFilter(tab=Tab.ALL, limit=200)).rows
    people = desk.people.list(limit=50) if desk.me.role in RIGHTS[Use.SEE_PEOPLE] else ()
    asked = next((request.resident for request in requests if request.resident), "")
    resident = (asked or people[0].uuid) if people else ""
    name = desk.people.person(resident).row.name if resident else ""
    to_tell = next((r.uuid for r in requests if r.state is RequestState.ANSWERED), "")
    still = (RequestState.TAKEN_UP, RequestState.ARRIVED, RequestState.ASSIGNED, RequestState.READY)
    open_request = next((r.uuid for state in still for r in requests if r.state is state), "")
    return Known(resident, name[:1], to_tell, open_request)


def _check(shell: Shell) -> None:
    if isinstance(shell.page, FormHost) and shell.page.form is not None:
        shell.page.form.check()


def _type(shell: Shell, words: str) -> None:
    if isinstance(shell.page, AskPage):
        shell.page.type_query(words)


def _never(_writer: bool) -> Desk:
    raise RuntimeError("nobody has unlocked")

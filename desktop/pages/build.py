"""The pages of the unlocked window, put together: each is built at its first visit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from desktop.pages.idle_watch import IdleWatch
from desktop.pages.page import Page, PageContext
from desktop.pages.places import Name, Place, navigation
from desktop.pages.preferences import Preferences
from desktop.pages.running import hand_over_on
from desktop.pages.shell import Builder, Shell
from desktop.pages.status import Status
from desktop.pages.words import Words
from desktop.services.api import Desk, Workspace
from desktop.services.clock import Clock
from desktop.services.practice_place import is_practice
from desktop.services.values import Me, Stored
from desktop.tasks import Lanes
from desktop.theme.apply import Theme
from forms.text import Text


@dataclass(frozen=True, slots=True)
class Frame:
    """What the window around the pages does for them.

    `choose` builds it anew with other preferences, `lock` locks it, `idle` locks it untouched; `door` is the
    workspace with who can open it. Pictures have no window.
    """

    preferences: Preferences = field(default_factory=Preferences)
    choose: Callable[[Preferences], None] = lambda _: None
    lock: Callable[[], None] = lambda: None
    idle: IdleWatch | None = None
    door: Workspace | None = None


@dataclass(slots=True)
class _Around:
    """The shell once there is one, and what was registered last in it."""

    shell: Shell | None = None
    last: tuple[Stored, tuple[tuple[str, str], ...]] | None = None

    def made(self) -> Shell:
        if self.shell is None:
            raise RuntimeError("a page speaks to its shell after it was built")
        return self.shell

    def registered(self, stored: Stored, known: tuple[tuple[str, str], ...]) -> None:
        self.last = (stored, known)
        self.made().instead(Place(Name.REGISTERED, stored.instance_id))
        self.made().recount()

    def registered_page(self, context: PageContext) -> Page:
        """What was registered last; after a lock there is none, and today is shown."""
        from desktop.pages.registered import RegisteredPage
        from desktop.pages.today import TodayPage

        return RegisteredPage(context, *self.last) if self.last else TodayPage(context)


def build_shell(
    *,
    theme: Theme,
    text: Text,
    clock: Clock,
    lanes: Lanes[Desk],
    me: Me,
    place: Place | None = None,
    frame: Frame | None = None,
) -> Shell:
    """The shell with everything that its pages need."""
    frame, around, status = frame or Frame(), _Around(), Status()
    context = PageContext(
        theme=theme,
        text=text,
        words=Words(text, clock, me.role),
        lanes=lanes,
        me=me,
        clock=clock,
        status=status,
        go=lambda to: around.made().go(to),
        back=lambda: around.made().back(),
        instead=lambda to: around.made().instead(to),
        registered=around.registered,
        changed=lambda: around.made().changed(),
        toast=lambda words, undo: around.made().toast(words, undo),
        warn=lambda notice: around.made().warn(notice),
        failed=lambda error: around.made().failed(error),
        lock=frame.lock,
        restyle=lambda: frame.choose(frame.preferences),
        start_hand_over=hand_over_on(lanes, clock),
    )
    start = place or Place(navigation(me.role)[0].page)
    pages = {**builders(frame), Name.REGISTERED: around.registered_page}
    practice = frame.door is not None and is_practice(frame.door.folder)
    made = around.shell = Shell(context, status=status, builders=pages, start=start, practice=practice)
    lanes.unclaimed.connect(made.failed)
    return made


def builders(window: Frame) -> dict[Name, Builder]:
    """A page's module is loaded when the page is first visited."""

    def today(context: PageContext) -> Page:
        from desktop.pages.today import TodayPage

        return TodayPage(context)

    def people(context: PageContext) -> Page:
        from desktop.pages.people import PeoplePage

        return PeoplePage(context)

    def resident(context: PageContext) -> Page:
        from desktop.pages.resident import ResidentPage

        return ResidentPage(context)

    def ask(context: PageContext) -> Page:
        from desktop.pages.ask import AskPage

        return AskPage(context)

    def form(context: PageContext) -> Page:
        from desktop.pages.form import FormHost

        return FormHost(context)

    def requests(context: PageContext) -> Page:
        from desktop.pages.requests import RequestsPage

        return RequestsPage(context)

    def board(context: PageContext) -> Page:
        from desktop.pages.board import BoardPage

        return BoardPage(context)

    def forms(context: PageContext) -> Page:
        from desktop.pages.form_list import FormsPage

        return FormsPage(context)

    def hand_over(context: PageContext) -> Page:
        from desktop.pages.hand_over import HandOverPage

        return HandOverPage(context)

    def export(context: PageContext) -> Page:
        from desktop.pages.export import ExportPage

        return ExportPage(context)

    def settings(context: PageContext) -> Page:
        from desktop.pages.settings import SettingsPage

        return SettingsPage(context, window.preferences, window.choose, idle=window.idle, door=window.door)

    return {
        Name.TODAY: today,
        Name.PEOPLE: people,
        Name.RESIDENT: resident,
        Name.ASK: ask,
        Name.FORM: form,
        Name.REQUESTS: requests,
        Name.BOARD: board,
        Name.FORMS: forms,
        Name.HAND_OVER: hand_over,
        Name.EXPORT: export,
        Name.SETTINGS: settings,
    }

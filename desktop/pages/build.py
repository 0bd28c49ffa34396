"""The pages of the unlocked window, put together: each is built at its first visit."""

from __future__ import annotations

from collections.abc import Callable

from desktop.pages.page import Page, PageContext
from desktop.pages.places import Name, Place, navigation
from desktop.pages.preferences import Preferences
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


def build_shell(
    *,
    theme: Theme,
    text: Text,
    clock: Clock,
    lanes: Lanes[Desk],
    me: Me,
    place: Place | None,
    preferences: Preferences,
    lock: Callable[[], None],
    choose: Callable[[Preferences], None],
    door: Workspace | None = None,
) -> Shell:
    """The shell with everything that its pages need."""
    from desktop.pages.running import hand_over_on

    status = Status()
    holder: list[Shell] = []

    def shell() -> Shell:
        return holder[0]

    last: list[tuple[Stored, tuple[tuple[str, str], ...]]] = []

    def registered(stored: Stored, known: tuple[tuple[str, str], ...]) -> None:
        last[:] = [(stored, known)]
        shell().instead(Place(Name.REGISTERED, stored.instance_id))
        shell().recount()

    context = PageContext(
        theme=theme,
        text=text,
        words=Words(text, clock, me.role),
        lanes=lanes,
        me=me,
        clock=clock,
        status=status,
        go=lambda to: shell().go(to),
        back=lambda: shell().back(),
        instead=lambda to: shell().instead(to),
        registered=registered,
        changed=lambda: shell().changed(),
        toast=lambda words, undo: shell().toast(words, undo),
        warn=lambda notice: shell().warn(notice),
        failed=lambda error: shell().failed(error),
        lock=lock,
        restyle=lambda: choose(preferences),
        start_hand_over=hand_over_on(lanes, clock),
    )
    start = place or Place(navigation(me.role)[0].page)
    pages = builders(preferences, choose, door)
    pages[Name.REGISTERED] = lambda given: _registered_page(given, last)
    practice = door is not None and is_practice(door.folder)
    made = Shell(context, status=status, builders=pages, start=start, practice=practice)
    holder.append(made)
    lanes.unclaimed.connect(made.failed)
    return made


def _registered_page(context: PageContext, last: list[tuple[Stored, tuple[tuple[str, str], ...]]]) -> Page:
    """What was registered last; after a lock there is none, and today is shown."""
    from desktop.pages.registered import RegisteredPage
    from desktop.pages.today import TodayPage

    return RegisteredPage(context, *last[0]) if last else TodayPage(context)


def builders(
    preferences: Preferences, choose: Callable[[Preferences], None], door: Workspace | None = None
) -> dict[Name, Builder]:
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

        return SettingsPage(context, preferences, choose, door)

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

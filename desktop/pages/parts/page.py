"""What a page is, and what it is given to work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.pages.exchange.exchange import Exchange
from desktop.pages.office.receiving import Receiving
from desktop.pages.parts.notice import Notice
from desktop.pages.parts.places import Place
from desktop.pages.parts.words import Words
from desktop.pages.shell.status import Chips, Status
from desktop.services.api import Desk
from desktop.services.clock import Clock
from desktop.services.filling.filling_values import Stored
from desktop.services.keeping.interrupted import Interrupted
from desktop.services.values import Me
from desktop.tasks import Lanes
from desktop.theme.apply import Theme
from desktop.widgets.basics import column
from desktop.widgets.frame import PageFrame
from desktop.widgets.notices import UndoToast
from forms.text import Text


@dataclass(frozen=True, slots=True)
class PageContext:
    """All that a page needs; made once after unlocking, by the composition root.

    `go` opens a place and remembers it in the history, `instead` takes the shown one's place there, `back`
    returns; `registered` shows what became of a form. `changed` says that records changed, so that counts are
    read anew. `toast(words, undo)` confirms for ten seconds; `warn` shows a banner; `failed` gives an exception to
    the error presenter; `shut_out` locks where one says that the township has shut this computer out; `restyle`
    builds the window anew after a theme, size or language was chosen; `exchange` is the one hand-over, whoever began
    it; `receiving` the reception of this computer, None in pictures. In `practice` nothing is real, and paper says
    so; `practise` lays out invented people anew and goes to them.
    """

    theme: Theme
    text: Text
    words: Words
    lanes: Lanes[Desk]
    me: Me
    clock: Clock
    status: Status
    go: Callable[[Place], None]
    back: Callable[[], None]
    instead: Callable[[Place], None]
    registered: Callable[[Stored, tuple[tuple[str, str], ...]], None]
    changed: Callable[[], None]
    toast: Callable[[str, Callable[[], None]], UndoToast]
    warn: Callable[[Notice], None]
    failed: Callable[[BaseException], None]
    lock: Callable[[], None]
    shut_out: Callable[[BaseException], None]
    restyle: Callable[[], None]
    exchange: Exchange
    practice: bool = False
    practise: Callable[[], None] = lambda: None
    receiving: Receiving | None = None


class Page(QWidget):
    """One page of the window. `visit` comes each time it is shown, `leave` each time it is left."""

    kept = True  # stays alive when left; False: built anew at each visit
    bare = False  # draws its own head and foot to the window's edge; the bar becomes small

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self.context = context
        self.setProperty("kind", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

    def frame_in(self, title: str, subtitle: str = "", *, scrolls: bool = True, chips: bool = True) -> PageFrame:
        """Fill the page with a frame: title, the two chips at the right, a body."""
        context = self.context
        frame = PageFrame(context.theme, title, subtitle, scrolls=scrolls)
        if chips:
            frame.aside.addWidget(Chips(context.status, context.exchange, theme=context.theme, text=context.text))
        column(self).addWidget(frame)
        return frame

    def t(self, key: str, /, **values: object) -> str:
        """The page's words in the window's language."""
        return self.context.text(key, **values)

    def visit(self, place: Place) -> None:
        """Show `place`; read anew what it needs."""

    def refresh(self) -> None:
        """Records changed while the page is shown."""

    def leave(self) -> None:
        """The page is left for another, or the window is locked: keep what was not kept yet."""

    def place_to_resume(self, here: Place) -> Place:
        """Where one comes back to after a lock: a form comes back as its draft."""
        return here

    def cut_short(self) -> Interrupted | None:
        """What runs on this page and ends when the window is locked or built anew."""
        return None

    def go_on(self, work: Interrupted) -> None:
        """Begin again what was cut short; the page need not be shown."""

    def find_here(self) -> bool:
        """Put the cursor into the page's own find box; whether it has one."""
        return False

    def escape(self) -> bool:
        """Close what is open in the page (drawer, list); whether there was something."""
        return False

"""One question: number, label, hint, field, and what is to be mended, which shows after leaving it."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from desktop.fill.fields.base import Field
from desktop.fill.fields.make import maker
from desktop.fill.kit import Kit
from desktop.fill.lines import ErrorLine, GoneLine, Guidance, LabelMedia, News
from desktop.fill.rich import plain_words, rich
from desktop.fill.say import wrong_words
from desktop.fill.screens import is_note
from desktop.theme.apply import restyle
from desktop.widgets.basics import column, fill, label, reveal, row
from desktop.widgets.motion import slide_in
from forms.api import Node

BESIDE = frozenset({"label", "list-nolabel"})  # lines of one table of choices
BESIDE_EMS = 15


class Standing(Enum):
    """How the question stands on the screen; the value is the sheet's state."""

    PLAIN = ""
    NEW = "new"  # it came with an answer elsewhere
    BAD = "bad"


class QuestionRow(QFrame):
    """Kept in step with one node by `show_node`. `answered(ref, value)`, `confirmed(ref)`: Enter, `left(ref)`."""

    answered = Signal(str, str)
    confirmed = Signal(str)
    restore = Signal(str)

    def __init__(self, kit: Kit, node: Node, *, number: str = "", bare: bool = False, boxed: bool = False) -> None:
        """`bare`: the label stands elsewhere, over a column. `boxed`: a choice in a box to be opened, however few."""
        super().__init__()
        self._kit = kit
        self._bare, self._boxed = bare, bare or boxed
        self.ref = node.ref
        self.node = node
        self.number = number
        self._told = False  # whether what is wrong may be said
        self._reason = ""
        self._warns = False  # a note that came with an answer stays marked
        self._held = False  # not asked any more, but answered on this screen
        self._seen = (True, False)  # asked, or only a line in its place
        self.setProperty("kind", "question")
        self.field: Field | None = None
        self._field_kind: object = None
        # Made when they are first needed: few questions ever need them.
        self._hint: QLabel | None = None
        self._media: LabelMedia | None = None
        self._guidance: Guidance | None = None
        self._news: News | None = None
        self._error: ErrorLine | None = None
        self._gone: GoneLine | None = None
        self._lay_out(beside=not bare and bool(set(node.appearance) & BESIDE))
        self.show_node(node)

    def _lay_out(self, *, beside: bool) -> None:
        """Label over field, or, for the lines of a table of choices, beside it."""
        scale = self._kit.theme.scale
        self.heading = QLabel()
        self.heading.setTextFormat(Qt.TextFormat.RichText)
        self.heading.setWordWrap(True)
        self._open = QWidget()
        self._box = column(self._open, gap=scale.px(5))
        self._slot = column()
        self._above = self._box
        if beside:
            self._above = column(gap=scale.xs)
            holder = QWidget()
            holder.setFixedWidth(scale.em(BESIDE_EMS))
            holder.setLayout(self._above)
            line = row(gap=scale.m)
            fill(line, [holder, self._slot])
            line.setStretch(1, 1)
            self._above.addWidget(self.heading)
            self._box.addLayout(line)
        else:
            fill(self._box, [self.heading, self._slot])
        self._whole = column(self)
        self._whole.addWidget(self._open)

    def show_node(self, node: Node, *, number: str = "") -> None:
        """Bring everything in step with the node."""
        self._warns = node.relevant and is_note(node) and (self._warns or not self.node.relevant)
        self.node = node
        self.number = number or self.number
        if self._bare:
            reveal(self.heading, False)
        else:
            self._head()
            self._show_hint(rich(node.hint))
            self._show_media(node)
            self._show_guidance(node.guidance)
        if node.relevant:
            self._held = False
            self._show_field(node)
        self._show_standing()

    def fold(self, *, held: bool) -> None:
        """The question is not asked any more; where it holds an answer a line stays in its place."""
        self._held = held
        self._show_standing()

    def explain(self, reason: str) -> None:
        """Say why the question is here now; "" when it is no news any more."""
        self._reason = reason
        self._show_standing()

    def slide_in(self) -> None:
        """It came with an answer elsewhere; the focus and the keys do not wait for it."""
        slide_in(self._kit.theme, self)

    def tell(self, *, told: bool = True) -> None:
        """Let what is wrong be said, or not yet."""
        self._told = told
        self._show_standing()

    def take_focus(self) -> None:
        if self.field is not None and self.node.relevant:
            self.field.take_focus()

    @property
    def can_focus(self) -> bool:
        return self.field is not None and self.field.asks and self.node.relevant and not self.node.readonly

    @property
    def standing(self) -> Standing:
        if self.wrong:
            return Standing.BAD
        return Standing.NEW if self._reason or self._warns else Standing.PLAIN

    @property
    def wrong(self) -> str:
        """What is to be mended in words, "" while nothing is or it is too early to say."""
        if not self._told or self.node.valid or not self.node.relevant:
            return ""
        return wrong_words(self.node.violation or "type", self.node, self._kit.text)

    def _head(self) -> None:
        node, colours = self.node, self._kit.theme.colours
        words = rich(node.label)
        if is_note(node):
            self.heading.setText(words)
            self.heading.setAccessibleName(plain_words(node.label))
            return
        number = f"{self.number}&ensp;&nbsp;" if self.number else ""
        must = ""
        if node.required and not node.readonly:
            size = self._kit.theme.scale.small
            word = self._kit.text("fill.required_word")
            must = f'&ensp;&nbsp;<span style="color:{colours.bad.text};font-size:{size}px"><b>{word}</b></span>'
        first, broken, rest = words.partition("<br>")
        self.heading.setText(f"<b>{number}{first}</b>{must}{broken}{rest.removeprefix('<br>')}")
        self.heading.setAccessibleName(f"{self.number} {plain_words(node.label)}".strip())

    def _show_field(self, node: Node) -> None:
        if is_note(node) and not node.value:
            restyle(self, kind="note")
            return
        kind = maker(self._kit, node, boxed=self._boxed)
        if self.field is None or kind is not self._field_kind:
            had_focus = self.field is not None and self.field.isAncestorOf(self.focusWidget() or self)
            if self.field is not None:
                self._slot.removeWidget(self.field)
                self.field.hide()
                self.field.deleteLater()
            self._field_kind = kind
            self.field = kind(self._kit, node)
            self._slot.addWidget(self.field)
            self.field.answered.connect(lambda value: self.answered.emit(self.ref, value))
            self.field.confirmed.connect(lambda: self.confirmed.emit(self.ref))
            self.field.describe(self._spoken(node), plain_words(node.hint))
            if had_focus:
                self.field.take_focus()
        self.field.show_node(node)

    def _spoken(self, node: Node) -> str:
        """The field's name for a screen reader; a cell has its number, as the label stands over many."""
        name = plain_words(node.label)
        return f"{self.number} {name}".strip() if self._bare else name

    def _show_hint(self, words: str) -> None:
        if self._hint is None and words:
            self._hint = label("", "small", wrap=True)
            self._hint.setTextFormat(Qt.TextFormat.RichText)
            self._above.insertWidget(self._above.indexOf(self.heading) + 1, self._hint)
        if self._hint is not None:
            self._hint.setText(words)
            reveal(self._hint, words)

    def _show_media(self, node: Node) -> None:
        if self._media is None and node.media:
            self._media = LabelMedia(self._kit)
            self._above.insertWidget(self._above.indexOf(self._hint or self.heading) + 1, self._media)
        if self._media is not None:
            self._media.show_node(node)
            reveal(self._media, bool(node.media))

    def _show_guidance(self, words: str) -> None:
        if self._guidance is None and words:
            self._guidance = Guidance(self._kit)
            self._above.insertWidget(self._above.indexOf(self._media or self._hint or self.heading) + 1, self._guidance)
        if self._guidance is not None:
            self._guidance.words.setText(plain_words(words))
            reveal(self._guidance, bool(words))

    def _show_standing(self) -> None:
        shown = self.node.relevant
        collapsed = not shown and self._held
        self._show_gone(collapsed=collapsed)
        if (shown, collapsed) != self._seen:  # what is made is shown with its parent, unless it is told otherwise
            self._seen = (shown, collapsed)
            reveal(self._open, shown)
            reveal(self, shown or collapsed)
        self._show_news(self._reason)
        words = self.wrong
        self._show_error(words)
        if self.field is not None:
            self.field.mark(bad=bool(words))
        standing, scale = self.standing, self._kit.theme.scale
        if self._bare:  # a cell has its field's edge and its words, and stays in its column
            return
        if (self.property("state") or "") != standing.value:
            restyle(self, state=standing.value)
        boxed = standing is Standing.NEW or self.property("kind") == "note"
        inset = scale.m if standing is not Standing.PLAIN or boxed else 0
        above = scale.s if boxed else 0
        self._whole.setContentsMargins(inset, above, inset if boxed else 0, above)

    def _show_gone(self, *, collapsed: bool) -> None:
        if self._gone is None and collapsed:
            self._gone = GoneLine(self._kit)
            self._gone.restore.clicked.connect(lambda: self.restore.emit(self.ref))
            self._whole.addWidget(self._gone)
        if self._gone is not None:
            name = plain_words(self.node.label)
            self._gone.words.setText(self._kit.text("fill.gone", number=self.number, label=name).strip())
            reveal(self._gone, collapsed)

    def _show_news(self, reason: str) -> None:
        if self._news is None and reason:
            self._news = News(self._kit)
            self._box.insertWidget(0, self._news)
        if self._news is not None:
            self._news.reason.setText(reason)
            reveal(self._news, reason)

    def _show_error(self, words: str) -> None:
        if self._error is None and words:
            self._error = ErrorLine(self._kit)
            self._box.addWidget(self._error)
        if self._error is not None:
            self._error.words.setText(words)
            self._error.setAccessibleName(words)
            reveal(self._error, words)


def row_of(widget: QWidget | None, *, within: QWidget) -> QuestionRow | None:
    """The question of `within` in which a widget stands."""
    while widget is not None and not isinstance(widget, QuestionRow):
        widget = widget.parentWidget()
    return widget if widget is not None and within.isAncestorOf(widget) else None

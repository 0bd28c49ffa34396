"""One batch beside the inbox: its quality, its records, what goes back and with which words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QPlainTextEdit

from desktop.models.inbox import BatchWords, record_table
from desktop.pages.board.detail_parts import Marks
from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import act
from desktop.services.office.inbox import suggested
from desktop.services.office.inbox_values import BatchDetail, Came, Finding, Flaw, Quality, Return, Verdict
from desktop.tasks import Ticket
from desktop.theme.tokens import Tone
from desktop.widgets.basics import fill, label, reveal
from desktop.widgets.frame import Drawer
from desktop.widgets.mark import Mark
from desktop.widgets.table import DataTable

WIDTH = 540
EDITOR = 4.6  # em


class BatchDrawer(Drawer):
    """`decided(accept, back)`: instanceIDs that are accepted, and why the others go back; the rest stays open."""

    decided = Signal(object, object)

    def __init__(self, context: PageContext, say: BatchWords) -> None:
        super().__init__(context.theme, context.text)
        self._context = context
        scale = context.theme.scale
        self.setFixedWidth(scale.px(WIDTH))
        self.key = ""
        self._detail: BatchDetail | None = None
        self._quality = Quality()
        self._words: dict[str, str] = {}  # what a person wrote to the village, by instanceID
        self._here = ""
        self._ticket: Ticket | None = None
        self._title, self._came = label("", "h2"), label("", "small", wrap=True)
        self._marks = Marks(context.theme)
        self._model = record_table(context.text, say, self._findings)
        self._model.ticks_changed.connect(self._say_buttons)
        self._table = DataTable(context.theme, self._model, name=context.text("inbox.records"))
        self._table.setMinimumHeight(scale.em(12))
        self._table.chosen.connect(self._stand_on)
        self.marks.addWidget(self._title)
        fill(self.body, [self._came, self._marks])
        self.body.addWidget(self._table, 1)
        self._add_editor()
        self._both = act(context.theme, "", self.commit, kind="primary", icon="check", tip="Ctrl+Enter")
        self._good = act(context.theme, "", self._take_good)
        self._all = act(context.theme, context.text("inbox.accept_all"), self._take_all)
        for made in (self._both, self._good, self._all):
            self.buttons.addWidget(made)

    def _add_editor(self) -> None:
        """What is said to the village of the record on which one stands."""
        t, scale = self._context.text, self._context.theme.scale
        self._said_name = label(t("inbox.to_village"), "strong")
        self._said = QPlainTextEdit()
        self._said.setAccessibleName(t("inbox.to_village"))
        self._said.setTabChangesFocus(True)
        self._said.setPlaceholderText(t("inbox.to_village_hint"))
        self._said.setFixedHeight(scale.em(EDITOR))
        self._said.textChanged.connect(self._written)
        fill(self.body, [self._said_name, self._said])

    def show_batch(self, detail: BatchDetail) -> None:
        """Another batch, or the same after something was decided."""
        t, words, row = self._context.text, self._context.words, detail.row
        anew = self.key != row.key
        self.key, self._detail = row.key, detail
        if anew:
            self._quality, self._words, self._here = Quality(), {}, ""
            self._model.untick_all()
        self._title.setText(row.village)
        came = words.moment(row.came) if row.came else ""
        self._came.setText(t("inbox.batch_detail", came=came, who="、".join(row.authors)))
        self._put()
        if anew or row.open:
            self._judge()
        self._table.choose(0)

    def commit(self) -> None:
        """The ticked ones go back, the others are accepted."""
        back = self._back()
        accept = [each.instance_id for each in self._open() if each.instance_id not in back]
        self._decide(accept, back)

    # what is shown

    def _open(self) -> list[Came]:
        records = self._detail.records if self._detail is not None else ()
        return [each for each in records if each.verdict is Verdict.OPEN]

    def _findings(self, id: str) -> tuple[Finding, ...]:
        return self._quality.findings.get(id, ())

    def _put(self) -> None:
        """Those with flaws first, then those that nobody has decided on, in the order in which they were written."""
        records = self._detail.records if self._detail is not None else ()
        order = sorted(
            records, key=lambda each: (each.verdict is not Verdict.OPEN, not self._findings(each.instance_id))
        )
        self._model.put(order)
        self._show_marks()
        self._say_buttons()

    def _show_marks(self) -> None:
        t, row = self._context.text, self._detail.row if self._detail is not None else None
        if row is None:
            return
        found: list[tuple[Mark, str]] = [(Mark(t("inbox.row_total", count=row.total), Tone.MUTE, "tray"), "")]
        if row.open and self._quality.checked < row.open:
            found.append((Mark(t("inbox.judging"), Tone.MUTE, "hourglass"), ""))
        elif row.open:
            sound = row.open - len(self._quality.findings)
            found.append((Mark(t("inbox.sound_count", count=sound), Tone.OK, "check-circle-fill"), ""))
        for flaw in Flaw:
            count = self._quality.count(flaw)
            if count:
                found.append((Mark(t(f"inbox.count_{flaw}", count=count), Tone.WARN, "warning-fill"), ""))
        self._marks.show_marks(found)

    def _judge(self) -> None:
        key = self.key
        if self._ticket is not None:
            self._ticket.cancel()
        self._ticket = self._context.lanes.long(
            self, lambda desk, ticket: desk.inbox.quality(key, ticket.step), lambda found: self._judged(key, found)
        )

    def _judged(self, key: str, quality: Quality) -> None:
        if key != self.key:
            return
        self._ticket, self._quality = None, quality
        self._put()
        for at in range(self._model.rowCount()):
            if self._findings(self._model.row_at(at).instance_id):
                self._model.tick(at, on=True)
        self._stand_on(self._table.selected() or 0)

    def _stand_on(self, number: int) -> None:
        """The words for the record on which one stands."""
        row = self._model.row_at(number) if 0 <= number < self._model.rowCount() else None
        self._here = row.instance_id if row is not None and row.verdict is Verdict.OPEN else ""
        reveal(self._said, bool(self._here))
        reveal(self._said_name, bool(self._here))
        if row is not None and self._here:
            self._said.blockSignals(True)
            self._said.setPlainText(self._to_say(row.instance_id))
            self._said.blockSignals(False)

    def _to_say(self, id: str) -> str:
        return self._words.get(id, suggested(self._findings(id)).said)

    def _written(self) -> None:
        """Who writes to the village sends the record back."""
        if not self._here:
            return
        self._words[self._here] = self._said.toPlainText()
        at = self._model.find(self._here)
        if at is not None and self._words[self._here].strip():
            self._model.tick(at, on=True)

    # what is decided

    def _back(self) -> Mapping[str, Return]:
        found = {}
        for each in self._model.ticked:
            if each.verdict is Verdict.OPEN:
                usual = suggested(self._findings(each.instance_id))
                said = self._to_say(each.instance_id).strip() or self._context.text("inbox.say_nothing")
                found[each.instance_id] = Return(usual.why or (Flaw.OTHER,), said, usual.question)
        return found

    def _say_buttons(self) -> None:
        t, open_ones = self._context.text, self._open()
        back = sum(each.verdict is Verdict.OPEN for each in self._model.ticked)
        good = len(open_ones) - back
        reveal(self._both, bool(open_ones))
        reveal(self._good, back > 0 and good > 0)
        reveal(self._all, back > 0)
        self._both.setText(
            t("inbox.accept_and_return", good=good, back=back) if back else t("inbox.accept_count", count=good)
        )
        self._good.setText(t("inbox.accept_good", count=good))
        for made in (self._both, self._good):
            made.setAccessibleName(made.text())

    def _take_good(self) -> None:
        """Accept what is sound; what is ticked stays open."""
        ticked = {each.instance_id for each in self._model.ticked}
        self._decide([each.instance_id for each in self._open() if each.instance_id not in ticked], {})

    def _take_all(self) -> None:
        self._decide([each.instance_id for each in self._open()], {})

    def _decide(self, accept: Sequence[str], back: Mapping[str, Return]) -> None:
        if accept or back:
            self.decided.emit(accept, back)

    def take_focus(self) -> None:
        QTimer.singleShot(0, self._table.setFocus)

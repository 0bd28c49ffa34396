"""The questions of one screen below each other, with sub-groups and repeats between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.fill.cards import RepeatCards
from desktop.fill.cascade import CascadeLine, in_lines
from desktop.fill.kit import Kit
from desktop.fill.question import QuestionRow
from desktop.fill.rich import plain_words
from desktop.fill.screens import Numbering
from desktop.fill.table import RepeatTable, fits_table
from desktop.fill.view import Moved, QuestionsView, SeriesView
from desktop.widgets.basics import column, label, reveal
from forms.api import Change, Node, NodeKind


class GroupView(QuestionsView):
    """Rows for `refs`, made by `piece` one after another; `whole` makes them at once."""

    def __init__(self, kit: Kit, refs: Sequence[str], numbers: Numbering, *, whole: bool = True) -> None:
        super().__init__()
        self._refs = tuple(refs)
        self._kit = kit
        self._numbers = numbers
        self.rows: dict[str, QuestionRow] = {}
        self.repeats: dict[str, SeriesView] = {}
        self._headings: dict[str, QWidget] = {}
        self._alone = len(refs) == 1  # then the screen's heading names it
        self._box = column(self, gap=kit.theme.scale.m)
        self.whole = False  # whether everything was made
        self._pieces = self._making()
        if whole:
            self.finish()

    def piece(self) -> QWidget | None:
        """Make the next question or repeat; None where all are there."""
        made = next(self._pieces, None)
        if made is not None and self.isVisible():
            self._show_now(made)
        return made

    def finish(self) -> None:
        """Make all that is not there yet."""
        while self.piece() is not None:
            pass

    def _show_now(self, made: QWidget) -> None:
        """At once, as the focus may go there before Qt would show it by itself."""
        at: QWidget | None = made
        while at is not None and at is not self:
            if not at.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide):
                at.show()
            at = at.parentWidget()

    def _making(self) -> Iterator[QWidget]:
        yield from self._make_all(self._refs)
        self.refresh_headings()
        self.whole = True

    def every_row(self) -> Iterator[QuestionRow]:
        for at in range(self._box.count()):
            widget = self._box.itemAt(at).widget()
            if isinstance(widget, QuestionRow):
                yield widget
            elif isinstance(widget, CascadeLine):
                yield from widget.rows
            elif isinstance(widget, SeriesView):
                yield from widget.every_row()

    def row(self, ref: str) -> QuestionRow | None:
        return next((row for row in self.every_row() if row.ref == ref), None)

    def series(self, ref: str) -> SeriesView | None:
        for each, view in self.repeats.items():
            if each == ref:
                return view
            if ref.startswith(f"{each}["):
                return view.series(ref)
        return None

    def open_card(self, ref: str) -> None:
        for series, view in self.repeats.items():
            if ref.startswith(f"{series}["):
                view.open_card(ref)

    def series_to_grow(self, here: str) -> str:
        inside = [view.series_to_grow(here) for series, view in self.repeats.items() if here.startswith(f"{series}[")]
        return next((ref for ref in inside if ref and self._kit.session.node(ref).can_add), "")

    def take(self, change: Change, numbers: Numbering) -> Moved:
        self._numbers = numbers
        moved = Moved()
        for view in self.repeats.values():
            if _concerns(change, view.ref):
                moved.add(view.take(change, numbers))
        touched = change.refs | change.choices
        for ref, row in self.rows.items():
            number = numbers[ref]
            if ref in touched or row.number != number or self._parent_changed(ref, change):
                before = row.node.relevant
                row.show_node(self._kit.node(ref), number=number)
                if before and not row.node.relevant:
                    row.fold(held=ref in {each.ref for each in self._kit.session.dropped()})
                if row.node.relevant != before:
                    (moved.came if row.node.relevant else moved.went).append(row)
        self.refresh_headings()
        return moved

    def refresh_headings(self) -> None:
        for ref, heading in self._headings.items():
            reveal(heading, self._kit.session.node(ref).relevant)

    def _parent_changed(self, ref: str, change: Change) -> bool:
        return any(ref.startswith(f"{each}/") for each in change.refs if each in self._headings)

    def _make_all(self, refs: Sequence[str]) -> Iterator[QWidget]:
        """Below each other; choices that hang on one another side by side."""
        for together in in_lines(refs, self._kit.after):
            if len(together) == 1:
                yield from self._make(together[0])
                continue
            line = CascadeLine(self._kit.theme)
            self._box.addWidget(line)
            for ref in together:
                row = self._make_row(self._kit.node(ref), boxed=True)
                line.add(row)
                yield row

    def _make(self, ref: str) -> Iterator[QWidget]:
        node = self._kit.node(ref)
        if node.kind is NodeKind.REPEAT:
            yield self._make_repeat(ref)
        elif node.kind is NodeKind.QUESTION:
            row = self._make_row(node)
            self._box.addWidget(row)
            yield row
        else:
            self._head(node)
            yield from self._make_all(self._kit.session.children(ref))

    def _make_row(self, node: Node, *, boxed: bool = False) -> QuestionRow:
        row = QuestionRow(self._kit, node, number=self._numbers[node.ref], boxed=boxed)
        row.answered.connect(self.answered)
        row.confirmed.connect(self.confirmed)
        row.restore.connect(self.restore)
        self.rows[node.ref] = row
        return row

    def _head(self, node: Node) -> None:
        """The name of a part of the screen."""
        if node.label:
            heading = label(plain_words(node.label), "h3", wrap=True)
            heading.setContentsMargins(0, self._kit.theme.scale.s, 0, 0)
            self._headings[node.ref] = heading
            self._box.addWidget(heading)

    def _make_repeat(self, ref: str) -> SeriesView:
        if not self._alone:
            self._head(self._kit.node(ref))
        view: SeriesView
        if fits_table(self._kit, ref):
            view = RepeatTable(self._kit, ref, self._numbers)
        else:
            view = RepeatCards(self._kit, ref, self._numbers, inside=GroupView)
        self.pass_on(view)
        self.repeats[ref] = view
        self._box.addWidget(view)
        return view


def _concerns(change: Change, series: str) -> bool:
    inside = (f"{series}/", f"{series}[")
    every = (change.refs, change.repeats, change.choices)
    return any(ref == series or ref.startswith(inside) for refs in every for ref in refs)

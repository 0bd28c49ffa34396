"""Duplicates and conflicts: pairs side by side, values beside each other, and what was decided, to be undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QBoxLayout, QStackedWidget, QWidget

from desktop.pages.parts.notice import Notice
from desktop.pages.parts.page import Page, PageContext
from desktop.pages.parts.parts import act, work_row
from desktop.pages.parts.places import Place
from desktop.pages.parts.tabs import TabBar
from desktop.pages.review.conflict import ConflictCard
from desktop.pages.review.pair import LEFT, RIGHT, PairCard
from desktop.services.api import Desk
from desktop.services.filling.filling_values import Stored
from desktop.services.office.look_alikes import HOUSEHOLDS
from desktop.services.office.review_values import ConflictRow, PairDetail, PairRow, ReviewView, Undoable
from desktop.theme.tokens import Tone
from desktop.widgets.basics import clear, column, reveal, row
from desktop.widgets.card import Card, EmptyState
from desktop.widgets.frame import ScrollBody
from desktop.widgets.mark import Mark
from desktop.widgets.notices import JobCard
from desktop.widgets.table import DataTable
from desktop.widgets.table_model import Cell, Column, RowsModel
from forms.casework.merging import Act
from forms.errors import Fault

PAIRS, CONFLICTS, DECIDED = "pairs", "conflicts", "decided"
LIST, LIST_MOST = 372, 410  # pixels, at any size of text
LIST_HEIGHT = 8  # em where the list stands above
SIGN = 1  # column of the pairs
USUAL_WIDTH, CRAMPED = 1366, 52  # pixels, em: with text so large nothing stands beside the list
STALE = ("review.changed", "review.settled", "review.gone")


class ReviewPage(Page):
    """← → keep one, M merges field by field, N they are two, S later; Ctrl+Enter settles."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        theme = context.theme
        self._tab = PAIRS
        self._pairs: list[PairRow] = []
        self._frame = self.frame_in(self.t("shell.nav_review"), self.t("review.detail"), scrolls=False, chips=False)
        tones = {PAIRS: Tone.INFO, CONFLICTS: Tone.WARN, DECIDED: Tone.MUTE}
        self._tabs = TabBar(theme, [(key, self.t(f"review.tab_{key}"), tone) for key, tone in tones.items()])
        self._tabs.chosen.connect(self._choose)
        self._frame.add(self._tabs)
        self._stack = QStackedWidget()
        for each in (self._pair_side(), self._conflict_side(), self._decided_side(), self._empty_side()):
            self._stack.addWidget(each)
        self._frame.body.addWidget(self._stack, 1)
        self._bind()

    def visit(self, place: Place) -> None:
        if place.tab in (PAIRS, CONFLICTS, DECIDED):
            self._tab = place.tab
        self._tabs.choose(self._tab)
        self.refresh()
        self._look_for_pairs()

    def refresh(self) -> None:
        self.context.lanes.read(self, lambda desk: desk.review.view(), self._show, latest="review")

    def escape(self) -> bool:
        if self._tab == PAIRS and self._pair.merging:
            self._pair.stop_merging()
            return True
        return False

    # parts

    def _pair_side(self) -> QWidget:
        t, theme = self.context.text, self.context.theme

        def names(pair: PairRow) -> Cell:
            same = pair.one_name == pair.other_name
            title = pair.one_name if same else f"{pair.one_name} / {pair.other_name}"
            kind = t("review.kind_households") if pair.dataset == HOUSEHOLDS else ""
            return Cell(title, " · ".join(filter(None, (kind, pair.where, *pair.reasons))), strong=True)

        def sign(pair: PairRow) -> Cell:
            return Cell(mark=Mark(t("review.proposed"), Tone.WARN, "megaphone")) if pair.proposed else Cell()

        columns: tuple[Column[PairRow], ...] = (
            Column(t("review.tab_pairs"), names),
            Column("", sign, 8 if t.language != "zh" else 7.2),
        )
        self._pair_model = RowsModel(columns, key=lambda pair: f"{pair.one}/{pair.other}")
        self._pair_table = DataTable(theme, self._pair_model, name=t("review.tab_pairs"))
        self._pair_table.chosen.connect(self._open_pair)
        self._job = JobCard(theme, t, t("review.looking"), icon="magnifying-glass")
        self._job.cancelled.connect(self._stop_looking)
        self._job.hide()
        self._pair = PairCard(self.context)
        self._pair.kept.connect(self._keep)
        self._pair.merged.connect(self._merge)
        self._pair.apart.connect(self._apart)
        self._pair.skipped.connect(self._skip)
        return self._beside(self._pair_table, self._pair, above=self._job)

    def _conflict_side(self) -> QWidget:
        t, theme = self.context.text, self.context.theme

        def name(row: ConflictRow) -> Cell:
            parts = [row.where, t("review.facts_count", count=row.facts) if row.facts else ""]
            parts.append(t("review.held_count", count=row.held) if row.held else "")
            return Cell(row.name, " · ".join(filter(None, parts)), strong=True)

        columns: tuple[Column[ConflictRow], ...] = (Column(t("review.tab_conflicts"), name),)
        self._conflict_model = RowsModel(columns, key=lambda row: f"{row.dataset}/{row.uuid}")
        self._conflict_table = DataTable(theme, self._conflict_model, name=t("review.tab_conflicts"))
        self._conflict_table.chosen.connect(self._open_conflict)
        self._conflict = ConflictCard(self.context)
        self._conflict.settled.connect(self._settle)
        self._conflict.held.connect(self._decide_held)
        return self._beside(self._conflict_table, self._conflict)

    def _beside(self, table: QWidget, card: QWidget, *, above: QWidget | None = None) -> QWidget:
        theme = self.context.theme
        made = QWidget()
        line = row(made, gap=theme.scale.m)
        left = column(gap=theme.scale.s)
        if above is not None:
            left.addWidget(above)
        holder = Card(theme)
        holder.flush()
        holder.add(table)
        left.addWidget(holder, 1)
        side = QWidget()
        if theme.scale.em(CRAMPED) > USUAL_WIDTH:
            line.setDirection(QBoxLayout.Direction.TopToBottom)
            side.setMaximumHeight(theme.scale.em(LIST_HEIGHT))
        else:
            side.setFixedWidth(min(theme.scale.px(LIST), LIST_MOST))
        held = column(side)
        held.addLayout(left)
        line.addWidget(side)
        line.addWidget(card, 1)
        return made

    def _decided_side(self) -> QWidget:
        card = Card(self.context.theme)
        scroll = ScrollBody(gap=0)
        self._decided = column()
        scroll.body.addLayout(self._decided)
        scroll.body.addStretch(1)
        card.body.addWidget(scroll, 1)
        return card

    def _empty_side(self) -> QWidget:
        card = Card(self.context.theme)
        self._empty = EmptyState(
            self.context.theme, self.t("review.empty_pairs"), icon="check", action=self.t("review.look_again")
        )
        if self._empty.action is not None:
            self._empty.action.clicked.connect(self._look_for_pairs)
        card.body.addWidget(self._empty, 1)
        return card

    def _bind(self) -> None:
        keys: dict[str, Callable[[], object]] = {
            "Left": partial(self._keep, LEFT),
            "Right": partial(self._keep, RIGHT),
            "M": self._pair.merge,
            "N": self._apart,
            "S": self._skip,
        }
        for key, does in keys.items():
            made = QShortcut(QKeySequence(key), self._pair_table)
            made.setContext(Qt.ShortcutContext.WidgetShortcut)
            made.activated.connect(does)
        for key in ("Ctrl+Return", "Ctrl+Enter"):
            made = QShortcut(QKeySequence(key), self)
            made.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            made.activated.connect(self._commit)

    # what is shown

    def _choose(self, tab: str) -> None:
        self._tab = tab
        self._show_tab()

    def _show_tab(self) -> None:
        counts = {PAIRS: len(self._pairs), CONFLICTS: self._conflict_model.rowCount(), DECIDED: self._decided.count()}
        looking = self._tab == PAIRS and not self._job.isHidden()
        at = (PAIRS, CONFLICTS, DECIDED).index(self._tab)
        self._stack.setCurrentIndex(at if counts[self._tab] or looking else 3)
        self._empty.sentence.setText(self.t(f"review.empty_{self._tab}"))
        if self._empty.action is not None:
            reveal(self._empty.action, self._tab == PAIRS)
        tables: dict[str, QWidget] = {PAIRS: self._pair_table, CONFLICTS: self._conflict_table}
        table = tables.get(self._tab)
        if table is not None and counts[self._tab]:
            table.setFocus()
        else:
            self._stand_on_tab()
        self._pair.setVisible(bool(self._pairs))

    def _stand_on_tab(self) -> None:
        """Where there is no list to stand in: what can be done comes with the next Tab. Who stands here stays."""
        here = QApplication.focusWidget()
        if here is not None and self.isAncestorOf(here) and here.isVisible():
            return
        self._tabs.take_focus()

    def _show(self, view: ReviewView) -> None:
        at = self._conflict_table.selected() or 0
        self._conflict_model.put(view.conflicts)
        self._tabs.count(CONFLICTS, len(view.conflicts))
        self._tabs.count(DECIDED, len(view.decided))
        self._list_decided(view.decided)
        self._show_tab()
        if view.conflicts:
            self._conflict_table.choose(min(at, len(view.conflicts) - 1))
            self._open_conflict(self._conflict_table.selected() or 0)

    def _list_decided(self, decided: Sequence[Undoable]) -> None:
        clear(self._decided)
        t, theme, words = self.context.text, self.context.theme, self.context.words
        for each in decided:
            merged = each.act is Act.MERGE
            homes = "_home" if merged and each.dataset == HOUSEHOLDS else ""
            title = t(f"review.did_{each.act}{homes}", one=each.names[0], other=each.names[1])
            until = t("review.until", day=words.day(each.until)) if each.until else ""
            detail = " · ".join(filter(None, (each.by, words.day(each.on) if each.on else "", until)))
            undo = act(
                theme, t("review.undo"), partial(self._undo, each.instance_id), small=True, icon="arrow-bend-up-left"
            )
            undo.setAccessibleName(f"{undo.text()} {title}")
            icon = "git-merge" if merged else "check" if each.act is Act.CONFLICT else "prohibit"
            self._decided.addWidget(
                work_row(theme, icon=icon, tone=Tone.INFO, title=title, detail=detail, buttons=(undo,))
            )

    def _look_for_pairs(self) -> None:
        reveal(self._job, shown=True)
        self._show_tab()
        self._looking = self.context.lanes.long(
            self, lambda desk, ticket: desk.review.pairs(ticket.step), self._found, progress=self._job.set_progress
        )

    def _stop_looking(self) -> None:
        self._looking.cancel()
        reveal(self._job, shown=False)
        self._show_tab()

    def _found(self, pairs: Sequence[PairRow]) -> None:
        reveal(self._job, shown=False)
        self._put_pairs(list(pairs), 0)

    def _put_pairs(self, pairs: list[PairRow], at: int) -> None:
        self._pairs = pairs
        self._pair_model.put(pairs)
        self._pair_table.show_column(SIGN, shown=any(pair.proposed for pair in pairs))
        self._tabs.count(PAIRS, len(pairs))
        self._show_tab()
        if pairs:
            at = min(at, len(pairs) - 1)
            self._pair_table.choose(at)
            self._open_pair(at)

    def _open_pair(self, number: int) -> None:
        if not 0 <= number < len(self._pairs):
            return
        pair = self._pair_model.row_at(number)
        self.context.lanes.read(
            self,
            lambda desk: desk.review.pair(pair.dataset, pair.one, pair.other),
            self._pair.show_pair,
            failed=self._failed,
            latest="pair",
        )

    def _open_conflict(self, number: int) -> None:
        if not 0 <= number < self._conflict_model.rowCount():
            return
        wanted = self._conflict_model.row_at(number)
        self.context.lanes.read(
            self,
            lambda desk: desk.review.conflict(wanted.dataset, wanted.uuid),
            self._conflict.show_conflict,
            failed=self._failed,
            latest="conflict",
        )

    # deciding

    def _commit(self) -> None:
        if self._tab == PAIRS:
            self._pair.commit()
        elif self._tab == CONFLICTS:
            self._conflict.commit()

    def _keep(self, side: str) -> None:
        """One of them stands for both, as it is."""
        detail = self._pair.detail
        if detail is not None and not self._pair.merging:
            kept, other = (detail.left, detail.right) if side == LEFT else (detail.right, detail.left)
            versions = (kept.version, other.version)
            self._write_pair(
                detail, lambda desk: desk.review.merge(detail.dataset, kept.uuid, other.uuid, {}, versions=versions)
            )

    def _merge(self, values: Mapping[str, str]) -> None:
        detail = self._pair.detail
        if detail is not None:
            left, right = detail.left, detail.right
            versions = (left.version, right.version)
            self._write_pair(
                detail, lambda desk: desk.review.merge(detail.dataset, left.uuid, right.uuid, values, versions=versions)
            )

    def _apart(self) -> None:
        detail = self._pair.detail
        if detail is not None and not self._pair.merging:
            self._write_pair(
                detail, lambda desk: desk.review.different(detail.dataset, detail.left.uuid, detail.right.uuid)
            )

    def _skip(self) -> None:
        """To the end of the list."""
        at = self._pair_table.selected() or 0
        if self._pairs and not self._pair.merging:
            self._put_pairs([*self._pairs[:at], *self._pairs[at + 1 :], self._pairs[at]], at)

    def _write_pair(self, detail: PairDetail, work: Callable[[Desk], Stored]) -> None:
        names = {detail.left.uuid, detail.right.uuid}

        def done(stored: Stored) -> None:
            at = self._pair_table.selected() or 0
            self._put_pairs([each for each in self._pairs if {each.one, each.other} != names], at)
            self._decided_now(stored, "review.done_pair")

        self.context.lanes.write(self, work, done, failed=self._failed)

    def _settle(self, values: Mapping[str, str]) -> None:
        detail = self._conflict.detail
        if detail is not None:
            write = self.context.lanes.write
            write(self, lambda desk: desk.review.settle(detail, values), self._settled_now, failed=self._failed)

    def _decide_held(self, take: bool) -> None:
        detail = self._conflict.detail
        if detail is not None:
            write = self.context.lanes.write
            write(self, lambda desk: desk.review.decide_held(detail, take=take), self._settled, failed=self._failed)

    def _settled_now(self, stored: Stored) -> None:
        self._settled(stored)
        self.context.toast(self.t("review.done_pair"), partial(self._undo, stored.instance_id))

    def _settled(self, _stored: Stored) -> None:
        self.context.warn(Notice(Tone.OK, self.t("review.done_conflict"), self.t("review.kept_all")))
        self.context.changed()

    def _decided_now(self, stored: Stored, key: str) -> None:
        self.context.toast(self.t(key), partial(self._undo, stored.instance_id))
        self.context.changed()

    def _undo(self, instance_id: str) -> None:
        def done(_stored: Stored) -> None:
            self.context.warn(Notice(Tone.OK, self.t("review.undone"), ""))
            self.context.changed()
            self._look_for_pairs()

        self.context.lanes.write(self, lambda desk: desk.review.undo(instance_id), done, failed=self._failed)

    def _failed(self, error: BaseException) -> None:
        """Somebody was quicker: say so and look again."""
        self.context.failed(error)
        if isinstance(error, Fault) and error.code in STALE:
            self.refresh()
            self._look_for_pairs()

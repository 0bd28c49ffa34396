"""One more of a series, and one taken out with ten seconds to take that back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.fill.answering import Answers
from desktop.fill.keeping import Kept
from desktop.fill.kit import Kit
from desktop.fill.rich import noun_of, plain_words
from desktop.fill.stage import Stage
from desktop.widgets.notices import UndoToast
from forms.api import Change


class Instances(QObject):
    """`took(change)` brings the page in step; the toast lies over `over`."""

    def __init__(
        self, kit: Kit, answers: Answers, stage: Stage, *, over: QWidget, took: Callable[[Change], None]
    ) -> None:
        super().__init__(over)
        self._kit, self._answers, self._stage, self._over, self._took = kit, answers, stage, over, took
        self.toast: UndoToast | None = None
        stage.add.connect(self.add)
        stage.remove.connect(self.remove)
        stage.shift.connect(self.move)

    def add(self, series: str) -> None:
        """One more at the end, open, the focus in it."""
        change = self._answers.add(series)
        view = self._stage.series(series)
        if change.skipped is not None or view is None:
            return
        view.opened = self._kit.session.node(series).count
        self._took(change)
        view.focus_first()

    def remove(self, series: str, index: int) -> None:
        """Take instance `index` (from 1) out."""
        change, kept = self._answers.remove(series, index)
        if change.skipped is not None:
            return
        self._took(change)
        view = self._stage.series(series)
        if view is not None:
            view.open(None)
            view.focus_first()
        text = self._kit.text
        name = text("fill.instance", label=noun_of(plain_words(self._kit.session.node(series).label)), n=index)
        if self.toast is not None:
            self.toast.dismiss()
        toast = UndoToast(self._kit.theme, text, over=self._over, message=text("fill.removed", name=name))
        toast.undone.connect(lambda: self._put_back(kept))
        toast.destroyed.connect(self._gone)
        self.toast = toast

    def move(self, series: str, index: int, by: int) -> None:
        """Let instance `index` change places with its neighbour; the focus goes with it."""
        if not 1 <= index + by <= self._kit.session.node(series).count:
            return
        self._took(self._answers.move(series, index, by))
        view = self._stage.series(series)
        if view is not None:
            view.focus_move(index + by, by)

    def _put_back(self, kept: Kept) -> None:
        self._took(self._answers.put_back(kept))
        view = self._stage.series(kept.series)
        if view is not None:
            view.focus_instance(kept.index)

    def _gone(self) -> None:
        self.toast = None

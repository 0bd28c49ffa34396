"""The last question before somebody is erased: why, whether they have their copy, and that it cannot be undone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QButtonGroup, QWidget

from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import act, segment
from desktop.services.people.privacy_values import Reason
from desktop.widgets.basics import fill, label, row
from desktop.widgets.card import Card
from desktop.widgets.flow import FlowLayout
from desktop.widgets.wrapping import Tick


class EraseCard(Card):
    """`erase(reason, copy_given)` is called once the person at the keys has said that they know."""

    def __init__(self, context: PageContext, erase: Callable[[Reason, bool], None], cancel: Callable[[], None]) -> None:
        t, theme = context.text, context.theme
        super().__init__(theme, t("own.erase_title"))
        self._erase = erase
        self._why = Reason.ASKED
        self.add(label(t("own.erase_detail"), "second", wrap=True))
        whys = QWidget()
        flow = FlowLayout(whys, gap=theme.scale.s)
        group = QButtonGroup(self)
        for reason in Reason:
            words = t(f"own.why_{reason.value}")
            made = segment(theme, words, chosen=reason is self._why, does_what=partial(self._choose, reason))
            group.addButton(made)
            flow.addWidget(made)
        self.add(label(t("own.erase_why"), "strong"))
        self.add(whys)
        self._copy, self._sure = Tick(theme, t("own.erase_copy")), Tick(theme, t("own.erase_sure"))
        self._go = act(theme, t("own.erase_go"), self._do, kind="danger", icon="trash")
        self._go.setEnabled(False)
        self._sure.toggled.connect(self._go.setEnabled)
        line = row(gap=theme.scale.l)
        never = act(theme, t("own.erase_cancel"), cancel, tip="Esc")
        fill(line, [self._copy, self._sure, None, never, self._go])
        self.add(line)

    def begin(self) -> None:
        """Asked anew: nothing is agreed to beforehand."""
        self._sure.setChecked(False)
        self._copy.setChecked(False)
        self._copy.setFocus()

    def again(self) -> None:
        """It could not be done: it may be tried once more."""
        self._go.setEnabled(self._sure.isChecked())

    def _choose(self, reason: Reason) -> None:
        self._why = reason

    def _do(self) -> None:
        self._go.setEnabled(False)
        self._erase(self._why, self._copy.isChecked())

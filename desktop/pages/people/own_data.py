"""What is known of one person, shown to them: nothing covered, a copy to take away, corrected, erased; each logged."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QLayout, QVBoxLayout, QWidget

from desktop.pages.parts.page import Page, PageContext
from desktop.pages.parts.parts import act
from desktop.pages.parts.places import CORRECT, Name, Place
from desktop.pages.people.erase_card import EraseCard
from desktop.pages.shell.presenter import present
from desktop.services.people.privacy_values import OwnData, OwnRecord, Reason
from desktop.services.values import Fact
from desktop.theme.tokens import Tone, Width
from desktop.widgets.basics import clear, column, fill, label, reveal, row
from desktop.widgets.card import Card
from desktop.widgets.flow import FlowLayout
from desktop.widgets.frame import ScrollBody
from desktop.widgets.notices import Banner

WINDOW = 1366  # pixels for which the columns are laid out, as today is


class OwnDataPage(Page):
    """Read together with the person. It is built anew at each visit, and nothing of it stays when it is left."""

    kept = False

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        theme, scale = context.theme, context.theme.scale
        self._uuid, self._name, self._written = "", "", Path()
        self._frame = self.frame_in(self.t("own.title"), scrolls=False, chips=False)
        back = act(theme, self.t("own.back"), context.back, kind="link", icon="arrow-left", tip="Alt+←")
        self._take = act(theme, self.t("own.take"), self._choose_target, kind="primary", icon="download-simple")
        fix = act(theme, self.t("own.correct"), self._correct_register, icon="pencil-simple")
        self._erase = act(theme, self.t("own.erase"), self._ask_erase, kind="danger", icon="trash")
        narrow = theme.tokens.width(WINDOW) is not Width.WIDE
        acts: QLayout = FlowLayout(gap=scale.s) if narrow else self._frame.aside
        for each in (back, fix, self._take, self._erase):
            acts.addWidget(each)
        if narrow:
            self._frame.add(acts)
        self._said = Banner(theme)
        self._open = self._said.add_action(act(theme, self.t("own.open_file"), self._open_file, small=True))
        self._frame.add(self._said)
        self._erasing = EraseCard(context, self.erase, self._never_mind)
        self._frame.add(self._erasing)
        reveal(self._erasing, False)
        self._register, self._records = self._two_parts(narrow=narrow)

    def _two_parts(self, *, narrow: bool) -> tuple[QVBoxLayout, QVBoxLayout]:
        """What stands in the register, and beside it the records; where text is large below it, as one page."""
        gap = self.context.theme.scale.m
        if narrow:
            register, records = column(gap=gap), column(gap=gap)
            fill(self._frame.body, [register, records, None])
            return register, records
        left, right = ScrollBody(gap=gap), ScrollBody(gap=gap)
        body = row(gap=gap)
        body.addWidget(left, 4)
        body.addWidget(right, 6)
        self._frame.body.addLayout(body, 1)
        return left.body, right.body

    def visit(self, place: Place) -> None:
        self._uuid = uuid = place.subject
        self.context.lanes.write(self, lambda desk: desk.privacy.own(uuid), self._show, failed=self._failed)

    def export(self, target: Path) -> None:
        """Write the copy for the person."""
        uuid = self._uuid
        self.context.lanes.write(self, lambda desk: desk.privacy.export(uuid, target), self._taken, failed=self._failed)

    def erase(self, reason: Reason, copy_given: bool) -> None:
        """Erase the person for good."""
        uuid = self._uuid
        self.context.lanes.write(
            self,
            lambda desk: desk.privacy.erase(uuid, reason=reason, copy_given=copy_given),
            lambda _: self._erased(),
            failed=self._failed,
        )

    def _show(self, data: OwnData) -> None:
        theme = self.context.theme
        self._name = data.person.row.name
        self._frame.set_title(self.t("own.title"), self.t("own.subtitle", name=self._name))
        self._said.say(Tone.INFO, self.t("own.looked"))
        reveal(self._open, False)
        clear(self._register)
        card = Card(theme, self.t("own.register"))
        for fact in data.person.facts:
            card.add(self._fact(fact))
        self._register.addWidget(card)
        self._register.addStretch(1)
        clear(self._records)
        for record in data.records:
            self._records.addWidget(self._record(record))
        if not data.records:
            self._records.addWidget(label(self.t("own.no_records"), "second"))
        self._records.addStretch(1)
        self._take.setFocus()

    def _record(self, record: OwnRecord) -> Card:
        title = self.context.words.form_title(record.title)
        second = " · ".join(filter(None, (record.row.finalised[:10], record.row.ref)))
        card = Card(self.context.theme, title, second=second)
        if card.header is not None and record.facts:
            go = partial(self.context.go, Place(Name.FORM, record.row.form_id, tab=CORRECT + record.row.instance_id))
            fix = self.t("own.correct")
            name = f"{fix} {title} {second}"
            card.header.add_action(act(self.context.theme, fix, go, kind="link", small=True, name=name))
        for fact in record.facts:
            card.add(self._fact(fact))
        if not record.facts:
            card.add(label(self.t("own.empty"), "small"))
        return card

    def _fact(self, fact: Fact) -> QWidget:
        made = QWidget()
        line = row(made, gap=self.context.theme.scale.s)
        name = label(fact.label, "small", wrap=True)
        name.setFixedWidth(self.context.theme.scale.em(9))
        line.addWidget(name)
        words = column()
        words.addWidget(label(fact.value, wrap=True, selectable=True))
        line.addLayout(words, 1)
        return made

    def _correct_register(self) -> None:
        known = (("target", "resident"), ("resident", self._uuid), ("why", "asked"))
        self.context.go(Place(Name.FORM, "correction", known=known))

    def _choose_target(self) -> None:
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        name = str(Path(documents) / f"{self.t('own.title')}_{self._name}.xlsx")
        chosen, _ = QFileDialog.getSaveFileName(self, self.t("own.take"), name, "Excel (*.xlsx)")
        if chosen:
            self.export(Path(chosen))

    def _taken(self, path: Path) -> None:
        self._written = path
        self._said.say(Tone.OK, self.t("own.taken"), f"{path}　{self.t('own.shared_note')}")
        reveal(self._open, True)

    def _open_file(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._written)))

    def _ask_erase(self) -> None:
        reveal(self._erasing, True)
        self._erase.setEnabled(False)
        self._erasing.begin()

    def _never_mind(self) -> None:
        reveal(self._erasing, False)
        self._erase.setEnabled(True)
        self._erase.setFocus()

    def _erased(self) -> None:
        self.context.changed()
        self.context.instead(Place(Name.PEOPLE))

    def _failed(self, error: BaseException) -> None:
        notice = present(error, self.context.text)
        if notice is not None:
            self._said.say(notice.tone, notice.title, notice.detail)
        reveal(self._open, False)
        self._erasing.again()

    def escape(self) -> bool:
        if not self._erasing.isVisible():
            return False
        self._never_mind()
        return True

"""Forms of the office: an XLSForm is added, checked, tried, and published to the villages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.pages.office.ask import Ask, said
from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import act, picture, work_row
from desktop.pages.parts.places import Name, Place
from desktop.services.filling.filling_values import FormRow
from desktop.services.office.office_values import FormCheck
from desktop.services.office.pack_forms import NewerForm
from desktop.theme.tokens import Tone
from desktop.widgets.basics import clear, column, fill, label, reveal, row
from desktop.widgets.card import Card
from desktop.widgets.flow import FlowLayout
from desktop.widgets.frame import ScrollBody
from desktop.widgets.notices import Banner
from desktop.widgets.table import DataTable
from desktop.widgets.table_model import Cell, Column, RowsModel

SHOWN = 60  # problems that are listed one by one
KINDS = "XLSForm, XForm (*.xlsx *.xls *.xml)"


class FormsCard(QWidget):
    """The forms that villages have at the left, a new one with its check at the right."""

    def __init__(self, context: PageContext, ask: Ask) -> None:
        super().__init__()
        self._context, self._ask = context, ask
        self._checked: FormCheck | None = None
        self._file: Path | None = None
        self._newer: NewerForm | None = None
        self._titles: dict[str, str] = {}
        line = row(self, gap=context.theme.scale.m)
        line.addWidget(self._list(), 1)
        line.addWidget(self._checking(), 1)

    def look(self) -> None:
        self._context.lanes.read(self, lambda desk: desk.forms.list(), self._put, latest="forms")
        self._ask(lambda office: office.newer_forms(), self._offer)

    def check(self, file: Path) -> None:
        """Convert, compile and lint a form; nothing is published."""
        self._file, self._checked = file, None
        self._forget()
        self._ask(lambda office: office.check_form(file), self._show)

    def publish(self) -> None:
        """Let every village have it with its next hand-over."""
        checked, t = self._checked, self._context.text
        if checked is None:
            return

        def done(new: bool) -> None:
            key = "office.form_published" if new else "office.form_was_there"
            said(self._context, t(key, title=self._context.words.form_title(checked.title), version=checked.version))
            self._context.exchange.begin()
            self.look()

        self._ask(lambda office: office.publish_form(checked), done)

    def try_it(self) -> None:
        """Fill it in here, before anybody else has it; nothing of that is kept, and it stays unpublished."""
        if self._file is not None and self._checked is not None:
            self._context.go(Place(Name.TRIAL, str(self._file)))

    def _put(self, forms: Sequence[FormRow]) -> None:
        self._titles = {each.form_id: self._context.words.form_title(each.title) for each in forms}
        self._model.put(forms)
        self._say_newer()

    def _offer(self, newer: Sequence[NewerForm]) -> None:
        """The first of those that the program has newer than they were changed here; the next follows it."""
        self._newer = newer[0] if newer else None
        self._say_newer()

    def _say_newer(self) -> None:
        t, found = self._context.text, self._newer
        if found is None:
            self._renew.silence()
            return
        title = self._titles.get(found.form_id, found.form_id)
        said_ = t("office.form_newer", title=title, version=found.version, pack=found.pack)
        self._renew.say(Tone.INFO, said_, t("office.form_newer_detail"))

    def renew(self) -> None:
        """Take the program's version in place of the one that was changed here."""
        found = self._newer
        if found is not None:
            self._ask(lambda office: office.renew_form(found.form_id), lambda _: self._renewed(found))

    def _renewed(self, found: NewerForm) -> None:
        said(self._context, self._context.text("office.form_renewed", version=found.pack))
        self._context.exchange.begin()
        self.look()

    def _list(self) -> QWidget:
        t, theme, words = self._context.text, self._context.theme, self._context.words
        columns: tuple[Column[FormRow], ...] = (
            Column(t("office.form"), lambda each: Cell(words.form_title(each.title), each.form_id, strong=True)),
            Column(t("office.version"), lambda each: Cell(each.version), 8),
        )
        self._model = RowsModel(columns, key=lambda each: each.form_id)
        self._table = DataTable(theme, self._model, name=t("office.tab_forms"))
        card = Card(theme)
        card.flush()
        self._renew = Banner(theme)
        self._renew.add_action(act(theme, t("office.form_renew"), self.renew, small=True))
        card.add(self._renew)
        card.body.addWidget(self._table, 1)
        return card

    def _checking(self) -> QWidget:
        t, theme = self._context.text, self._context.theme
        card = Card(theme, t("office.form_new"))
        card.add(label(t("office.form_hint"), "small", wrap=True))
        line = row()
        fill(line, [act(theme, t("office.form_choose"), self._choose, kind="primary", icon="folder-open"), None])
        card.add(line)
        self._title, self._about = label("", "h3", wrap=True), label("", "small", wrap=True)
        scroll = ScrollBody(gap=0)
        self._problems = scroll.body
        buttons = QWidget()
        flow = FlowLayout(buttons, gap=theme.scale.s)
        self._try = act(theme, t("office.form_try"), self.try_it, icon="note-pencil")
        self._publish = act(theme, t("office.form_publish"), self.publish, kind="primary", icon="upload-simple")
        for made in (self._publish, self._try):
            flow.addWidget(made)
            made.hide()
        for each in (self._title, self._about):
            card.add(each)
        card.body.addWidget(scroll, 1)
        card.add(buttons)
        return card

    def _choose(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, self._context.text("office.form_choose"), "", KINDS)
        if name:
            self.check(Path(name))

    def _show(self, checked: FormCheck) -> None:
        t, theme = self._context.text, self._context.theme
        self._checked = checked
        self._title.setText(self._context.words.form_title(checked.title))
        known = (
            t("office.form_known", version=checked.known_version) if checked.known_version else t("office.form_unknown")
        )
        about = t("office.form_about", form=checked.form_id, version=checked.version, count=checked.questions)
        self._about.setText(f"{about} · {known}" if checked.ok else t("office.form_bad", count=len(checked.problems)))
        reveal(self._publish, checked.ok)
        reveal(self._try, checked.ok)
        clear(self._problems)
        lines = [(each, Tone.BAD, "x-circle-fill") for each in checked.problems]
        lines += [(each, Tone.WARN, "warning-fill") for each in checked.warnings]
        for words, tone, icon in lines[:SHOWN]:
            self._problems.addWidget(self._problem(words, tone, icon))
        if not lines:
            self._problems.addWidget(
                work_row(theme, icon="check-circle-fill", tone=Tone.OK, title=t("office.form_sound"), detail="")
            )
        self._problems.addStretch(1)

    def _forget(self) -> None:
        """What was checked before is not what is looked at now."""
        for made in (self._publish, self._try):
            reveal(made, False)
        for said_ in (self._title, self._about):
            said_.setText("")
        clear(self._problems)

    def _problem(self, words: str, tone: Tone, icon: str) -> QWidget:
        made = QWidget()
        line = row(made, gap=self._context.theme.scale.s, margins=(0, 0, 0, self._context.theme.scale.s))
        line.addWidget(picture(self._context.theme, icon, tone.value))
        held = column()
        held.addWidget(label(words, wrap=True, selectable=True))
        line.addLayout(held, 1)
        return made

"""Somebody new in a few answers, beside who may be meant: in the place where they were looked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from desktop.fill.asked import AskedLine
from desktop.fill.index import Loading, shipped_names
from desktop.fill.kit import Attachments, Kit
from desktop.pages.filling.aside import AlikeCard
from desktop.pages.parts.beside import Beside
from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import act
from desktop.services.filling.filling_values import DraftSave
from desktop.services.people.newcomer import LATER, Ask, Newcomer
from desktop.services.people.registering import ENOUGH, Alike, Home
from desktop.widgets.basics import bind, column, label, reveal, row
from desktop.widgets.card import Card, KeyHint
from desktop.widgets.frame import ScrollBody
from forms.api import NotReady

AFTER_MS = 400  # the list is painted by then
THROTTLE_MS = 450  # from the first answer that is not kept yet
SIDE, LEAST = 316, 70
HINTS = {Ask.AREA: "hint_area", Ask.PHONE: "later", Ask.ID_NO: "later", Ask.RELATION: "later_relation"}


class ShortForm(QWidget):
    """Enter goes from line to line, past the last one it registers.

    `done(Stored)`: registered; `taken(uuid)`: it is somebody of the list; `whole()`: all questions are wanted.
    """

    done = Signal(object)
    taken = Signal(str)
    whole = Signal()

    def __init__(self, context: PageContext, newcomer: Newcomer, *, snapshot: Callable[[Newcomer], DraftSave]) -> None:
        super().__init__()
        self.context, self.newcomer, self._snapshot = context, newcomer, snapshot
        self.saved = not newcomer.person.fresh
        self._home: Home | None = None
        self._sought: tuple[str, ...] = ()
        self._over = False
        self._timer = QTimer(self, singleShot=True, interval=THROTTLE_MS)
        self._timer.timeout.connect(self._keep)
        names = shipped_names()
        loading = Loading(names)
        QTimer.singleShot(AFTER_MS, self, loading.start)
        self._kits = {
            opening.form.form_id: Kit(
                context.theme, context.text, opening.session, names, context.clock.now, str, Attachments(),
                spelling=loading.done,
            )
            for opening in (newcomer.home, newcomer.person)
        }  # fmt: skip
        self.lines: dict[Ask, AskedLine] = {}
        self.alike = AlikeCard(context, none=context.text("registering.alike_none"))
        self.alike.body.addStretch(1)
        self.alike.taken.connect(self.taken)
        scroll = ScrollBody()
        scroll.body.addWidget(Beside(context.theme, self._card(), self.alike, side_width=SIDE, least=LEAST))
        scroll.body.addStretch(1)
        column(self).addWidget(scroll)
        bind(self, {"Ctrl+E": lambda: self.lines[Ask.ID_NO].take_focus(), "Ctrl+Return": self.finish})
        self._show()
        self._look()

    def focus_first(self) -> None:
        """The first question that is open."""
        shown = [ask for ask in self.lines if self._is_shown(ask)]
        self.lines[next((ask for ask in shown if not self.newcomer.node(ask).value), shown[0])].take_focus()

    def flush(self) -> None:
        """Keep now what is not kept yet."""
        for line in self.lines.values():
            if line.holds_focus:
                line.field.settle()
        if self._timer.isActive():
            self._timer.stop()
            self._keep()

    def drop(self) -> None:
        """What was kept is not wanted any more."""
        self._over = True
        self._timer.stop()
        if self.saved:
            draft = self.newcomer.person.draft
            self.context.lanes.write(self.context.status, lambda desk: desk.filling.discard(draft))

    def finish(self) -> None:
        """Register, or go to what is missing."""
        if self._over:
            return
        newcomer = self.newcomer
        newcomer.settle(head=self._home is None)
        problems = newcomer.problems()
        self._show()
        here = [ask for ask, _ in problems if ask is not None]
        if here:
            line = self.lines[here[0]]
            line.tell()
            line.take_focus()
        elif problems:  # with what the list does not ask
            self.whole.emit()
        else:
            self._over = True
            self._timer.stop()
            self.setEnabled(False)
            self.context.lanes.write(
                self, lambda desk: desk.registering.finish(newcomer), self.done.emit, failed=self._not_done
            )

    def _not_done(self, error: BaseException) -> None:
        self._over = False
        self.setEnabled(True)
        self.saved = True  # the draft is kept before anything else
        if isinstance(error, NotReady):
            self.whole.emit()
        else:
            self.context.failed(error)
            self.focus_first()

    def _card(self) -> Card:
        context, t, scale = self.context, self.context.text, self.context.theme.scale
        name = self.newcomer.name
        card = Card(context.theme, t("registering.title", name=name) if name else t("registering.title_unnamed"))
        card.body.setSpacing(scale.m)
        about = row(gap=scale.s)
        about.addWidget(label(t("registering.detail"), "small", wrap=True), 1)
        about.addWidget(label(t("registering.id_first"), "small"))
        about.addWidget(KeyHint("Ctrl+E"))
        card.add(about)
        if not name:
            card.add(self._name_line())
        for ask in Ask:
            card.add(self._line(ask))
        self._house = label("", "small", wrap=True)
        card.add(self._house)
        foot = row(gap=scale.s)
        words = t("registering.go_on")
        foot.addWidget(act(context.theme, words, self.finish, kind="primary", icon="user-plus", tip="Ctrl+Enter"))
        whole = act(context.theme, t("registering.whole_form"), self.whole.emit, kind="link")
        reveal(whole, not self.newcomer.about)
        foot.addWidget(whole)
        foot.addStretch(1)
        card.add(foot)
        return card

    def _name_line(self) -> AskedLine:
        """Where nobody typed a name to look for."""
        person = self.newcomer.person
        node = next(each for each in person.session.walk() if each.name == "name")
        line = AskedLine(self._kits[person.form.form_id], node, name=self.context.text("registering.label_name"))
        line.answered.connect(self._named)
        line.confirmed.connect(self.focus_first)
        return line

    def _line(self, ask: Ask) -> AskedLine:
        t, kit = self.context.text, self._kits[self.newcomer.opening(ask).form.form_id]
        hint = t(f"registering.{HINTS[ask]}") if ask in HINTS else ""
        made = AskedLine(kit, self.newcomer.node(ask), name=t(f"registering.label_{ask.value}"), hint=hint)
        made.answered.connect(partial(self._answered, ask))
        made.confirmed.connect(partial(self._confirmed, ask))
        self.lines[ask] = made
        return made

    def _named(self, name: str) -> None:
        self.newcomer.rename(name)
        self._changed()

    def _answered(self, ask: Ask, value: str) -> None:
        self.newcomer.answer(ask, value)
        self._changed()

    def _changed(self) -> None:
        self._show()
        self._look()
        if not self._timer.isActive():
            self._timer.start()

    def _confirmed(self, ask: Ask) -> None:
        """Enter: to the next line; a wrong answer is said at once, but holds nobody up."""
        if self.newcomer.node(ask).value:
            self.lines[ask].tell()
        asks = list(self.lines)
        after = next((each for each in asks[asks.index(ask) + 1 :] if self._is_shown(each)), None)
        if after is None:
            self.finish()
        else:
            self.lines[after].take_focus()

    def _is_shown(self, ask: Ask) -> bool:
        if ask is Ask.RELATION:
            return self._home is not None
        return ask in LATER or self.newcomer.node(ask).relevant

    def _show(self) -> None:
        """Bring every line in step with the forms."""
        t, sex, birth = self.context.text, *self.newcomer.derived
        for ask, line in self.lines.items():
            said = ""
            if ask is Ask.SEX and sex:
                said = t("registering.derived", sex=t(f"registering.sex_{sex}"), birth=birth)
            line.show_node(self.newcomer.node(ask), said=said)
            reveal(line, bool(said) or self._is_shown(ask))

    def _look(self) -> None:
        """Who may be meant, and whether there is a household at that number; asked anew where it may be another."""
        asks = (Ask.AREA, Ask.HOUSE_NO, Ask.PHONE)
        area, house_no, phone = (self.newcomer.node(ask).value for ask in asks)
        name, phone = self.newcomer.name, phone if len(phone) >= ENOUGH else ""
        if (name, area, house_no, phone) == self._sought:
            return
        self._sought = (name, area, house_no, phone)
        self.context.lanes.read(
            self,
            lambda desk: (
                desk.registering.alike(name, area=area, house_no=house_no, phone=phone),
                desk.registering.house(area, house_no),
            ),
            lambda found: self._found(*found),
            latest="alike",
        )

    def _found(self, alike: tuple[Alike, ...], home: Home | None) -> None:
        t = self.context.text
        words = {each.person.uuid: " · ".join(t(f"registering.{why.value}") for why in each.because) for each in alike}
        self.alike.show_people([each.person for each in alike], because=words)
        self._home = home
        said = ""
        if home is not None:
            said = t("registering.house_known", head=home.head_name, count=home.members)
        elif self.newcomer.node(Ask.HOUSE_NO).value and self.newcomer.node(Ask.AREA).value:
            said = t("registering.house_new", name=self.newcomer.name)
        self._house.setText(said)
        self._show()

    def _keep(self) -> None:
        """Let the WRITE lane keep what is written."""
        if self._over or not self.newcomer.touched:
            return
        self.saved = True
        taken = self._snapshot(self.newcomer)
        self.context.lanes.write(self, lambda desk: desk.filling.save(taken), failed=self.context.failed)

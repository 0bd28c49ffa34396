"""Who belongs to the office: computers and people, an invitation as code, slip or file, and shutting one out."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from desktop.pages.office.ask import Ask, said
from desktop.pages.office.sheets import invitation_slip
from desktop.pages.paper.output import print_or_save
from desktop.pages.parts.menu import ChoiceButton
from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import act
from desktop.services.office.office import INVITED_ROLES
from desktop.services.office.office_values import DeviceRow, Invitation
from desktop.theme.tokens import Tone
from desktop.widgets.basics import fill, label, reveal, row
from desktop.widgets.card import Card
from desktop.widgets.flow import FlowLayout
from desktop.widgets.frame import ScrollBody
from desktop.widgets.mark import Chip, Mark
from desktop.widgets.table import DataTable
from desktop.widgets.table_model import Cell, Column, RowsModel
from sync.protocol import Role

SIDE = 380  # pixels
ENROLMENT = ".hamlet-invitation"


class PeopleCard(QWidget):
    """The list of computers at the left, inviting at the right."""

    def __init__(self, context: PageContext, ask: Ask) -> None:
        super().__init__()
        self._context, self._ask = context, ask
        self._areas: tuple[tuple[str, str], ...] = ()  # the office's own first
        self._invitation: Invitation | None = None
        theme = context.theme
        line = row(self, gap=theme.scale.m)
        line.addWidget(self._list(), 1)
        line.addWidget(self._inviting())

    def look(self) -> None:
        self._ask(lambda office: (office.devices(), office.areas(), office.departments()), self._show)

    # the list

    def _list(self) -> QWidget:
        t, theme = self._context.text, self._context.theme
        self._model = RowsModel(self._columns(), key=lambda row: row.id)
        self._table = DataTable(theme, self._model, name=t("office.tab_people"))
        self._table.chosen.connect(self._stand_on)
        card = Card(theme)
        card.flush()
        card.body.addWidget(self._table, 1)
        foot = QWidget()
        held = row(foot, gap=theme.scale.s, margins=(theme.scale.m, theme.scale.s, theme.scale.m, theme.scale.s))
        self._revoke = act(theme, t("office.revoke"), self._ask_revoke, kind="danger", icon="prohibit")
        held.addWidget(self._revoke)
        held.addWidget(label(t("office.revoke_hint"), "small", wrap=True), 1)
        card.add(foot)
        return card

    def _columns(self) -> tuple[Column[DeviceRow], ...]:
        """Whose computer, what they do, when it handed over last."""
        t, words = self._context.text, self._context.words

        def who(row: DeviceRow) -> Cell:
            here = t("office.this_computer") if row.here else ""
            return Cell(
                row.person or row.letters, " · ".join(filter(None, (row.area_label, row.letters, here))), strong=True
            )

        def state(row: DeviceRow) -> Cell:
            if row.revoked:
                return Cell(mark=Mark(t("office.revoked"), Tone.BAD, "prohibit"))
            return Cell(mark=Mark(t(f"office.role_{row.role}"), Tone.INFO, "user"))

        def seen(row: DeviceRow) -> Cell:
            return Cell(words.moment(row.seen) if row.seen else t("office.never_seen"))

        wide = t.language != "zh"
        return (
            Column(t("office.who"), who, order=lambda row: (row.area, row.letters)),
            Column(t("office.role"), state, 9.5 if wide else 7.5, order=lambda row: (row.revoked, row.role)),
            Column(t("office.seen"), seen, 9.5 if wide else 8, order=lambda row: str(row.seen or "")),
        )

    def _show(
        self, found: tuple[tuple[DeviceRow, ...], tuple[tuple[str, str], ...], tuple[tuple[str, str, str], ...]]
    ) -> None:
        devices, areas, departments = found
        at = self._table.selected() or 0
        self._model.put(devices)
        self._table.choose(min(at, len(devices) - 1))
        self._stand_on(self._table.selected() or 0)
        english = self._context.text.language == "en"
        self._areas = areas
        self._department.offer([(code, (en or zh) if english else zh) for code, zh, en in departments])
        self._arrange()

    def _stand_on(self, number: int) -> None:
        row = self._model.row_at(number) if 0 <= number < self._model.rowCount() else None
        self._revoke.setEnabled(row is not None and not row.revoked and not row.here)

    def _ask_revoke(self) -> None:
        t, row = self._context.text, self._model.row_at(self._table.selected() or 0)
        asked = t("office.revoke_sure", person=row.person or row.letters, place=row.area_label)
        if QMessageBox.question(self, t("office.revoke"), asked) == QMessageBox.StandardButton.Yes:
            self.revoke(row)

    def revoke(self, row: DeviceRow) -> None:
        """Shut a computer out, at once."""

        def done(_nothing: None) -> None:
            said(self._context, self._context.text("office.revoke_done", person=row.person or row.letters))
            self.look()

        self._ask(lambda office: office.revoke(row.id), done)

    # inviting

    def _inviting(self) -> QWidget:
        t, theme = self._context.text, self._context.theme
        card = Card(theme, t("office.invite"))
        card.setFixedWidth(theme.scale.px(SIDE))
        scroll = ScrollBody(gap=theme.scale.s)
        card.body.addWidget(scroll, 1)
        self._role, self._area, self._department = (
            self._choice(key) for key in ("office.invite_role", "office.invite_area", "office.invite_department")
        )
        self._role.offer([(role.value, t(f"office.role_{role}")) for role in INVITED_ROLES])
        self._role.chosen.connect(lambda _: self._arrange())
        self._department_name = label(t("office.invite_department"), "strong")
        fill(scroll.body, [label(t("office.invite_role"), "strong"), self._role])
        fill(scroll.body, [label(t("office.invite_area"), "strong"), self._area])
        fill(scroll.body, [self._department_name, self._department])
        buttons = QWidget()
        flow = FlowLayout(buttons, gap=theme.scale.s)
        flow.addWidget(act(theme, t("office.invite_code"), self.invite, kind="primary", icon="user-plus"))
        flow.addWidget(act(theme, t("office.invite_file"), self._invite_file, icon="usb"))
        scroll.body.addWidget(buttons)
        scroll.body.addWidget(self._invited_card())
        scroll.body.addStretch(1)
        return card

    def _invited_card(self) -> Card:
        """The invitation that was made last."""
        t, theme = self._context.text, self._context.theme
        self._made = Card(theme, sunken=True)
        self._code = label("", "number", selectable=True)
        self._told = label("", wrap=True, selectable=True)
        self._chip = Chip(theme, Mark(""))
        slip = act(theme, t("office.invite_slip"), self._save_slip, icon="printer", small=True)
        held = row()
        fill(held, [slip, None])
        for each in (self._code, self._chip, self._told):
            self._made.add(each)
        self._made.add(held)
        self._made.hide()
        return self._made

    def _choice(self, key: str) -> ChoiceButton:
        made = ChoiceButton(self._context.theme, name=self._context.text(key))
        made.stretch()
        return made

    def _arrange(self) -> None:
        """A village is asked for a village, the others belong to the whole office."""
        department = self._role.value == Role.DEPARTMENT.value
        own, villages = self._areas[:1], self._areas[1:]
        self._area.offer(villages if self._role.value == Role.VILLAGE.value and villages else own)
        reveal(self._department, department)
        reveal(self._department_name, department)

    def invite(self, file: Path | None = None) -> None:
        """Make an invitation of what is chosen: a code, or a file for who has no network."""
        role, area = Role(self._role.value), self._area.value
        departments = (self._department.value,) if role is Role.DEPARTMENT else ()
        self._ask(lambda office: office.invite(area=area, role=role, departments=departments, file=file), self._invited)

    def _invite_file(self) -> None:
        t = self._context.text
        name, _ = QFileDialog.getSaveFileName(self, t("office.invite_file"), f"{self._area.value}{ENROLMENT}")
        if name:
            self.invite(Path(name))

    def _invited(self, made: Invitation) -> None:
        t = self._context.text
        self._invitation = made
        self._code.setText(made.code)
        self._chip.set_mark(Mark(t("office.invite_until", when=self._until(made)), Tone.WARN, "clock"))
        self._told.setText("\n".join(self._lines(made)))
        reveal(self._made, shown=True)

    def _until(self, made: Invitation) -> str:
        return self._context.words.moment(made.expires) if made.expires else ""

    def _lines(self, made: Invitation) -> list[str]:
        t = self._context.text
        who = " · ".join((t(f"office.role_{made.role}"), made.area_label, *made.department_labels))
        where = t("office.invite_in_file", name=made.file.name) if made.file else t("office.invite_at", url=made.url)
        return [who, where, t("office.invite_identity", words=made.fingerprint)]

    def _save_slip(self) -> None:
        """The invitation on paper, for who is not here."""
        made, t = self._invitation, self._context.text
        if made is not None:
            until = t("office.invite_until", when=self._until(made))
            print_or_save(self, self._context, invitation_slip(self._context, made.code, until, self._lines(made)))

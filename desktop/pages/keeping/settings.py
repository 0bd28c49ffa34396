"""Settings: language, text size with a live sample, theme; who works here; the keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtWidgets import QBoxLayout, QButtonGroup, QFrame

from desktop.pages.keeping.preferences import Preferences
from desktop.pages.opening.idle_watch import IdleWatch
from desktop.pages.parts.page import Page, PageContext
from desktop.pages.parts.parts import act, picture, segment, two_lines
from desktop.pages.parts.places import Name, Place
from desktop.pages.shell.keys import SEQUENCES
from desktop.services.api import Desk, Workspace
from desktop.services.filling.slip_names import NAMES
from desktop.services.keeping.arriving import ALONE
from desktop.services.keeping.idle import MINUTES, SETTING, minutes_of
from desktop.theme.tokens import Look, Size, Width
from desktop.widgets.basics import column, fill, label, row
from desktop.widgets.card import Card, KeyHint
from desktop.widgets.flow import FlowLayout
from desktop.widgets.guards import bring_into_view
from forms.text import LANGUAGES
from sync.protocol import Role

AREAS = {"lock": "safety", "names": "safety", "alone": "exchange"}  # whose words these choices have
WINDOW = 1366  # pixels for which the columns are laid out, as today is
Choose = Callable[[Preferences], None]


@dataclass(frozen=True, slots=True)
class Kept:
    """Choices that the workspace keeps, as they stand in it."""

    lock: str
    names: str
    alone: str


class SettingsPage(Page):
    """Every choice of the first run can be changed here; it applies at once."""

    kept = False

    def __init__(
        self,
        context: PageContext,
        preferences: Preferences,
        choose: Choose,
        *,
        idle: IdleWatch | None = None,
        door: Workspace | None = None,
    ) -> None:
        super().__init__(context)
        self._now, self._choose, self._idle = preferences, choose, idle
        frame = self.frame_in(self.t("shell.nav_settings"), chips=False)
        wide = context.theme.tokens.width(WINDOW) is Width.WIDE
        upper: QBoxLayout = row(gap=context.theme.scale.m) if wide else column(gap=context.theme.scale.m)
        fill(upper, [self._looks_card(), self._who_card()])
        self._keys = self._keys_card()
        frame.add(upper)
        frame.add(self._safety_card())
        frame.add(self._backup_card())
        if door is not None:
            frame.add(self._who_opens(door))
        frame.add(self._keys)
        frame.body.addStretch(1)

    def visit(self, place: Place) -> None:
        self._first.setFocus()
        if place.tab == "keys":
            bring_into_view(self._keys, self.context.theme.scale.m)

    def _looks_card(self) -> QFrame:
        card = Card(self.context.theme, self.t("pages.looks"))
        languages = [(code, self.t(f"pages.language_{code}")) for code in LANGUAGES]
        sizes = [(str(size.value), self.t(f"pages.size_{size.name.lower()}")) for size in Size]
        looks = [(look.value, self.t(f"pages.look_{look.value}")) for look in Look]
        self._add_choice(card, "language", languages, self._now.language, self._language)
        self._add_choice(card, "size", sizes, str(self._now.size), self._size)
        self._add_choice(card, "look", looks, self._now.look, self._look)
        card.add(label(self.t("pages.sample"), "h3", wrap=True))
        card.add(label(self.t("pages.sample_detail"), "second", wrap=True))
        return card

    def _safety_card(self) -> QFrame:
        """When it locks by itself, and whether a slip names somebody: kept in the workspace, as read from it."""
        card = Card(self.context.theme, self.t("safety.title"))
        village = self.context.me.role is Role.VILLAGE

        def read(desk: Desk) -> Kept:
            get = desk.settings.get
            return Kept(str(minutes_of(get(SETTING))), get(NAMES, "no"), get(ALONE, "yes"))

        def show(kept: Kept) -> None:
            minutes = [(str(each), self.t("safety.minutes", count=each)) for each in MINUTES]
            self._add_choice(card, "lock", minutes, kept.lock, self._lock_after)
            if village:
                names = [(value, self.t(f"safety.names_{value}")) for value in ("no", "yes")]
                self._add_choice(card, "names", names, "yes" if kept.names == "yes" else "no", self._name_on_slips)
                card.add(label(self.t("safety.names_detail"), "small", wrap=True))
            alone = [(value, self.t(f"exchange.alone_{value}")) for value in ("yes", "no")]
            self._add_choice(card, "alone", alone, "no" if kept.alone == "no" else "yes", self._hand_over_alone)
            card.add(label(self.t("exchange.alone_detail"), "small", wrap=True))

        self.context.lanes.read(self, read, show)
        return card

    def _backup_card(self) -> QFrame:
        card = Card(self.context.theme)
        line = row(gap=self.context.theme.scale.m)
        line.addWidget(picture(self.context.theme, "floppy-disk"))
        line.addWidget(two_lines(self.t("copies.title"), self.t("copies.why"), wrap=True), 1)
        line.addWidget(act(self.context.theme, self.t("copies.open"), lambda: self.context.go(Place(Name.BACKUP))))
        card.add(line)
        return card

    def _lock_after(self, minutes: str) -> None:
        self.context.lanes.write(self, lambda desk: desk.settings.put(SETTING, minutes))
        if self._idle is not None:
            self._idle.wait_for(minutes_of(minutes))

    def _name_on_slips(self, value: str) -> None:
        self.context.lanes.write(self, lambda desk: desk.settings.put(NAMES, value))

    def _hand_over_alone(self, value: str) -> None:
        self.context.exchange.allowed = value == "yes"
        self.context.lanes.write(self, lambda desk: desk.settings.put(ALONE, value))

    def _add_choice(
        self, card: Card, name: str, choices: Sequence[tuple[str, str]], now: str, chosen: Callable[[str], None]
    ) -> None:
        words_of = self.t(f"{AREAS.get(name, 'pages')}.set_{name}")
        card.add(label(words_of, "small-strong"))
        line = FlowLayout(gap=self.context.theme.scale.s)
        group = QButtonGroup(self)
        for value, words in choices:
            made = segment(self.context.theme, words, chosen=value == now, does_what=partial(chosen, value))
            made.setAccessibleName(f"{words_of} {words}")
            group.addButton(made)
            line.addWidget(made)
            if name == "language" and value == now:
                self._first = made
        card.add(line)

    def _language(self, language: str) -> None:
        self._choose(Preferences(language, self._now.look, self._now.size))

    def _size(self, size: str) -> None:
        self._choose(Preferences(self._now.language, self._now.look, int(size)))

    def _look(self, look: str) -> None:
        self._choose(Preferences(self._now.language, look, self._now.size))

    def _who_card(self) -> QFrame:
        me = self.context.me
        card = Card(self.context.theme, self.t("pages.who_works"))
        hub = me.hub_name if me.enrolled else self.t("pages.no_hub")
        for name, value in (
            ("user", me.user),
            ("role", self.t(f"pages.role_{me.role.value}")),
            ("area", me.area_label),
            ("hub", hub),
            ("device", me.device[:8]),
        ):
            line = row(gap=self.context.theme.scale.m)
            first = label(self.t(f"pages.who_{name}"), "small")
            first.setFixedWidth(self.context.theme.scale.em(6))
            line.addWidget(first)
            line.addWidget(label(value, wrap=True), 1)
            card.add(line)
        lock = act(self.context.theme, self.t("pages.lock_now"), self.context.lock, icon="lock", tip="Ctrl+L")
        foot = row()
        fill(foot, [lock, None])
        card.add(foot)
        card.body.addStretch(1)
        return card

    def _who_opens(self, door: Workspace) -> QFrame:
        from desktop.pages.opening.who_opens import WhoOpensCard
        from desktop.services.keeping.workspace import OpenWorkspace

        return WhoOpensCard(self.context, door) if isinstance(door, OpenWorkspace) else QFrame()

    def _keys_card(self) -> QFrame:
        scale = self.context.theme.scale
        card = Card(self.context.theme, self.t("pages.keys"), second=self.t("pages.keys_detail"))
        flow = FlowLayout(gap=scale.m)
        for key, combos in SEQUENCES.items():
            if f"shell.key_{key.value}" not in self.context.text:
                continue
            one = QFrame()
            line = row(one, gap=scale.xs)
            fill(line, [KeyHint(combo) for combo in combos])
            line.addWidget(label(self.t(f"shell.key_{key.value}"), "small"))
            flow.addWidget(one)
        card.body.addLayout(flow)
        return card

"""Settings: how it looks, how forms and photographs are, when it locks; who works here; what to give away; the keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QStandardPaths, QTimer
from PySide6.QtWidgets import QBoxLayout, QFileDialog, QFrame, QLabel, QPushButton

from desktop.pages.keeping.kept import Choice, FolderLine, PointLine, add_kept, add_line
from desktop.pages.keeping.preferences import FOLLOWS, Preferences
from desktop.pages.opening.idle_watch import IdleWatch
from desktop.pages.parts.page import Page, PageContext
from desktop.pages.parts.parts import act, picture, two_lines
from desktop.pages.parts.places import Name, Place
from desktop.pages.shell.keys import SEQUENCES
from desktop.services.api import Desk, Workspace
from desktop.services.filling.slip_names import NAMES
from desktop.services.keeping.arriving import ALONE
from desktop.services.keeping.choices import (
    MEASURES,
    OWN_POINT,
    PHOTO_FOLDER,
    PHOTO_SIZE,
    REVEAL,
    REVEAL_SECONDS,
    PhotoSize,
    photo_size,
    reveal_seconds,
)
from desktop.services.keeping.idle import MINUTES, SETTING, minutes_of
from desktop.services.keeping.journal import Journal
from desktop.services.keeping.report import report
from desktop.theme.tokens import Look, Size, Width
from desktop.widgets.basics import column, fill, label, row
from desktop.widgets.card import Card, KeyHint
from desktop.widgets.flow import FlowLayout
from desktop.widgets.guards import bring_into_view
from forms.text import LANGUAGES
from sync.protocol import Role

WINDOW = 1366  # pixels for which the columns are laid out, as today is
STILL_COMING_MS = 1000  # until all is on the page that is read from the workspace
MANNERS = ("one_by_one", "digits")  # how a person likes forms, as the form page asks for them
Choose = Callable[[Preferences], None]
Kept = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Around:
    """What the settings reach outside the workspace's own: nothing of it in pictures."""

    idle: IdleWatch | None = None
    door: Workspace | None = None
    journal: Journal | None = None


class SettingsPage(Page):
    """Every choice of the first run can be changed here, and more; each applies at once and is kept."""

    kept = False

    def __init__(self, context: PageContext, preferences: Preferences, choose: Choose, around: Around) -> None:
        super().__init__(context)
        self._now, self._choose, self._around = preferences, choose, around
        frame = self._frame = self.frame_in(self.t("shell.nav_settings"), chips=False)
        wide = context.theme.tokens.width(WINDOW) is Width.WIDE
        self._safety, self._forms = Card(context.theme, self.t("safety.title")), Card(context.theme)
        self._forms.add(label(self.t("choices.forms"), "h2"))
        self._forms.setAccessibleName(self.t("choices.forms"))
        self._keys = self._keys_card()
        for left, right in ((self._looks_card(), self._who_card()), (self._safety, self._forms)):
            beside: QBoxLayout = row(gap=context.theme.scale.m) if wide else column(gap=context.theme.scale.m)
            fill(beside, [left, right])
            if wide:
                beside.setStretch(0, 1)
                beside.setStretch(1, 1)
            frame.add(beside)
        frame.add(self._backup_card())
        if around.door is not None:
            frame.add(self._who_opens(around.door))
        frame.add(self._report_card())
        frame.add(self._keys)
        frame.body.addStretch(1)
        self._read_kept()

    def visit(self, place: Place) -> None:
        self._first.setFocus()
        if place.tab == "keys":
            grows = self._frame.scroller.verticalScrollBar().rangeChanged
            grows.connect(self._bring_keys)  # what stands above them comes later
            QTimer.singleShot(STILL_COMING_MS, self, lambda: grows.disconnect(self._bring_keys))
            self._bring_keys()

    def _bring_keys(self) -> None:
        bring_into_view(self._keys, self.context.theme.scale.m)

    # how it looks: kept outside any workspace

    def _looks_card(self) -> QFrame:
        card, now = Card(self.context.theme, self.t("pages.looks")), self._now
        languages = tuple((code, self.t(f"pages.language_{code}")) for code in LANGUAGES)
        sizes = tuple((str(size.value), self.t(f"pages.size_{size.name.lower()}")) for size in Size)
        looks = tuple((look, self.t(f"pages.look_{look}")) for look in (FOLLOWS, *(each.value for each in Look)))
        made = self._line(card, "pages.set_language", languages, now.language, lambda it: replace(now, language=it))
        self._first = next((each for each in made if each.isChecked()), made[0])
        self._line(card, "pages.set_size", sizes, str(now.size), lambda it: replace(now, size=int(it)))
        self._line(card, "pages.set_look", looks, now.look, lambda it: replace(now, look=it))
        moves = tuple((value, self.t(f"choices.motion_{value}")) for value in ("yes", "no"))
        moving = "yes" if now.motion else "no"
        self._line(card, "choices.set_motion", moves, moving, lambda it: replace(now, motion=it == "yes"))
        card.add(label(self.t("pages.sample"), "h3", wrap=True))
        card.add(label(self.t("pages.sample_detail"), "second", wrap=True))
        card.body.addStretch(1)
        return card

    def _line(
        self,
        card: Card,
        words: str,
        options: tuple[tuple[str, str], ...],
        now: str,
        becomes: Callable[[str], Preferences],
    ) -> tuple[QPushButton, ...]:
        return add_line(
            self.context, card, self.t(words), options, now=now, chosen=lambda it: self._choose(becomes(it))
        )

    # what the workspace keeps

    def _read_kept(self) -> None:
        user = self.context.me.user
        liked = [f"form.{name}.{user}" for name in MANNERS]
        keys = (SETTING, NAMES, ALONE, REVEAL, PHOTO_SIZE, PHOTO_FOLDER, OWN_POINT, *liked)

        def read(desk: Desk) -> Kept:
            return {key: desk.settings.get(key) for key in keys}

        self.context.lanes.read(self, read, self._show_kept)

    def _show_kept(self, kept: Kept) -> None:
        fills = self.context.me.role is not Role.SUPERVISOR
        for choice in self._safety_choices():
            add_kept(self.context, self._safety, choice, kept)
        self._safety.body.addStretch(1)
        for choice in self._form_choices():
            add_kept(self.context, self._forms, choice, kept)
        if fills:
            self._forms.add(label(self.t("choices.set_folder"), "small-strong"))
            self._forms.add(FolderLine(self.context, kept[PHOTO_FOLDER]))
            self._forms.add(label(self.t("choices.set_point"), "small-strong"))
            self._forms.add(PointLine(self.context, kept[OWN_POINT]))
        self._forms.body.addStretch(1)

    def _safety_choices(self) -> list[Choice]:
        """When it locks by itself, how long a masked value stays, what a slip tells, what happens by itself."""
        t = self.t
        minutes = tuple((str(each), t("safety.minutes", count=each)) for each in MINUTES)
        stays = tuple((str(each), t("choices.seconds", count=each)) for each in REVEAL_SECONDS if each)
        stays = (("0", t("choices.while_held")), *stays)
        names = tuple((value, t(f"safety.names_{value}")) for value in ("no", "yes"))
        alone = tuple((value, t(f"exchange.alone_{value}")) for value in ("yes", "no"))
        lock = Choice(SETTING, "safety.set_lock", minutes, lambda it: str(minutes_of(it)), then=self._lock_after)
        shown = Choice(REVEAL, "choices.set_reveal", stays, lambda it: str(reveal_seconds(it)))
        named = Choice(
            NAMES, "safety.set_names", names, lambda it: "yes" if it == "yes" else "no", "safety.names_detail"
        )
        by_itself = Choice(
            ALONE, "exchange.set_alone", alone, lambda it: "no" if it == "no" else "yes", "exchange.alone_detail",
            then=self._hand_over_alone,
        )  # fmt: skip
        village = self.context.me.role is Role.VILLAGE
        return [lock, shown, named, by_itself] if village else [lock, shown, by_itself]

    def _form_choices(self) -> list[Choice]:
        """How a person likes forms, and how large photographs are kept."""
        t, user = self.t, self.context.me.user
        yes = (("", t("choices.no")), ("yes", t("choices.yes")))
        sizes = tuple((size.value, t(f"choices.photo_{size.value}", edge=MEASURES[size].longest)) for size in PhotoSize)
        found = [Choice(f"form.{name}.{user}", f"choices.set_{name}", yes, lambda it: it) for name in MANNERS]
        large = Choice(PHOTO_SIZE, "choices.set_photo", sizes, lambda it: photo_size(it).value, "choices.photo_detail")
        return [*found, large]

    def _lock_after(self, minutes: str) -> None:
        if self._around.idle is not None:
            self._around.idle.wait_for(minutes_of(minutes))

    def _hand_over_alone(self, value: str) -> None:
        self.context.exchange.allowed = value == "yes"

    # what leads elsewhere

    def _backup_card(self) -> QFrame:
        card = Card(self.context.theme)
        line = row(gap=self.context.theme.scale.m)
        line.addWidget(picture(self.context.theme, "floppy-disk"))
        line.addWidget(two_lines(self.t("copies.title"), self.t("copies.why"), wrap=True), 1)
        line.addWidget(act(self.context.theme, self.t("copies.open"), lambda: self.context.go(Place(Name.BACKUP))))
        card.add(line)
        return card

    def _report_card(self) -> QFrame:
        """What somebody who mends the program wants to know, in a file without anybody in it."""
        card = Card(self.context.theme)
        line = row(gap=self.context.theme.scale.m)
        line.addWidget(picture(self.context.theme, "info"))
        line.addWidget(two_lines(self.t("report.title"), self.t("report.why"), wrap=True), 1)
        line.addWidget(act(self.context.theme, self.t("report.save"), self._choose_report))
        card.add(line)
        self._written: QLabel = label("", "small", wrap=True, selectable=True)
        card.add(self._written)
        self._written.setVisible(False)
        return card

    def _choose_report(self) -> None:
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        name = f"hamlet-{self.context.clock.now():%Y-%m-%d}.txt"
        chosen, _ = QFileDialog.getSaveFileName(self, self.t("report.save"), str(Path(documents) / name), "*.txt")
        if chosen:
            self.write_report(Path(chosen))

    def write_report(self, target: Path) -> None:
        """Into a file, to be looked through and given away."""
        clock, text, door, journal = self.context.clock, self.context.text, self._around.door, self._around.journal
        folder, lines = door.folder if door is not None else target.parent, journal.lines if journal is not None else ()

        def write(desk: Desk, _ticket: object) -> Path:
            target.write_text(report(desk, folder, clock=clock, text=text, journal=lines), "utf-8")
            return target

        self.context.lanes.long(self, write, self._wrote)

    def _wrote(self, target: Path) -> None:
        self._written.setText(self.t("report.saved", file=str(target)))
        self._written.setVisible(True)

    # who, and the keys

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

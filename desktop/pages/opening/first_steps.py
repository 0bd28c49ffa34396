"""The five screens of the first start: language, size of text, how to begin, the township or the village, oneself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QButtonGroup, QFileDialog, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.pages.parts.menu import ChoiceButton
from desktop.pages.parts.parts import act, picture, segment, two_lines
from desktop.services.keeping.beginning import Beginning, Offers, Way
from desktop.theme.apply import Theme
from desktop.theme.tokens import Size
from desktop.widgets.basics import clear, column, fill, label, reveal, row
from desktop.widgets.card import Card
from desktop.widgets.flow import FlowLayout
from forms.text import LANGUAGES, Text

ICONS = {Way.JOIN: "handshake", Way.ALONE: "house-line", Way.TRY: "star"}


class Step(QWidget):
    """One screen. `first` gets the cursor; `missing` is a field that is still empty. Enter is the page's own."""

    def __init__(self, theme: Theme, text: Text, name: str) -> None:
        super().__init__()
        self.theme, self.text = theme, text
        self.body: QVBoxLayout = column(self, gap=theme.scale.s)
        fill(self.body, [label(text(f"first.{name}"), "h1"), label(text(f"first.{name}_detail"), "second", wrap=True)])
        self.body.addSpacing(theme.scale.s)
        self.first: QWidget = self
        self._asked: list[QLineEdit] = []

    def show_chosen(self, chosen: Beginning) -> None:
        """What was written before another language was chosen, or before one went back."""

    def taken(self, chosen: Beginning) -> Beginning:
        """`chosen` with what is on this screen."""
        return chosen

    def offer(self, offers: Offers) -> None:
        """What was read meanwhile."""

    def missing(self) -> QLineEdit | None:
        """The first field that has to be written in and is visible."""
        return next((each for each in self._asked if not each.text().strip() and not each.isHidden()), None)

    def field(self, name: str, *, asked: bool = True) -> QLineEdit:
        """A line with its words above and an example in it."""
        words, made = label(self.text(f"first.{name}"), "small-strong"), QLineEdit()
        made.setAccessibleName(words.text())
        made.setPlaceholderText(self.text(f"first.{name}_hint"))
        words.setBuddy(made)
        fill(self.body, [words, made])
        if asked:
            self._asked.append(made)
        return made

    def choices(self, choices: Sequence[tuple[str, str]], now: str, chosen: Callable[[str], None]) -> QButtonGroup:
        """Large buttons side by side; the arrows go from one to the next."""
        group, line = QButtonGroup(self), FlowLayout(gap=self.theme.scale.s)
        for value, words in choices:
            made = segment(self.theme, words, chosen=value == now, does_what=partial(chosen, value))
            made.setAutoDefault(False)  # Enter goes on
            group.addButton(made)
            line.addWidget(made)
            if value == now:
                self.first = made
        self.body.addLayout(line)
        return group


class LanguageStep(Step):
    """`language(str)`: another one."""

    language = Signal(str)

    def __init__(self, theme: Theme, text: Text) -> None:
        super().__init__(theme, text, "language")
        languages = [(code, text(f"pages.language_{code}")) for code in LANGUAGES]
        self.choices(languages, text.language, self._choose)

    def _choose(self, language: str) -> None:
        if language != self.text.language:
            self.language.emit(language)


class SizeStep(Step):
    """`resized(int)`: another one; the sample is as large as everything will be."""

    resized = Signal(int)

    def __init__(self, theme: Theme, text: Text) -> None:
        super().__init__(theme, text, "size")
        now = str(min(Size, key=lambda size: abs(size.value - theme.scale.base)).value)
        sizes = [(str(size.value), text(f"pages.size_{size.name.lower()}")) for size in Size]
        self.choices(sizes, now, lambda value: self.resized.emit(int(value)) if value != now else None)
        sample = Card(theme, sunken=True)
        fill(sample.body, [label(text("pages.sample"), "h3", wrap=True), label(text("first.sample"), wrap=True)])
        sample.add(label(text("pages.sample_detail"), "small", wrap=True))
        self.body.addWidget(sample)


class WayStep(Step):
    """With an invitation, alone for now, or with invented people."""

    def __init__(self, theme: Theme, text: Text) -> None:
        super().__init__(theme, text, "way")
        self._way, self._group = Way.JOIN, QButtonGroup(self)
        for way in Way:
            made = self._choice(way)
            self._group.addButton(made)
            self.body.addWidget(made)
            if way is self._way:
                self.first = made

    def show_chosen(self, chosen: Beginning) -> None:
        self._choose(chosen.way)
        for way, made in zip(Way, self._group.buttons(), strict=True):
            made.setChecked(way is chosen.way)
            if way is chosen.way:
                self.first = made

    def taken(self, chosen: Beginning) -> Beginning:
        return replace(chosen, way=self._way)

    def _choice(self, way: Way) -> QPushButton:
        title, detail = self.text(f"first.way_{way.value}"), self.text(f"first.way_{way.value}_detail")
        made = WayButton()
        made.setProperty("kind", "segment")
        made.setCheckable(True)
        made.setChecked(way is self._way)
        made.setAccessibleName(title)
        made.setAccessibleDescription(detail)
        scale = self.theme.scale
        line = row(made, gap=scale.m, margins=(scale.m, scale.s, scale.m, scale.s))
        fill(line, [picture(self.theme, ICONS[way], "primary", scale.px(24))])
        line.addWidget(two_lines(title, detail), 1)
        for part in made.findChildren(QWidget):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        made.clicked.connect(lambda: self._choose(way))
        made.toggled.connect(lambda on: self._choose(way) if on else None)
        return made

    def _choose(self, way: Way) -> None:
        self._way = way


class WayButton(QPushButton):
    """A button as high as the two lines in it."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("measure", "free")
        self.setAutoDefault(False)  # Enter goes on

    def sizeHint(self) -> QSize:
        inside = self.layout()
        return inside.sizeHint() if inside is not None else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def showEvent(self, event: QShowEvent) -> None:
        """The style sheet gives a least height of its own, which a layout takes for more than the hint."""
        super().showEvent(event)
        self.setMinimumHeight(self.sizeHint().height())


class TownshipStep(Step):
    """The invitation: a code typed or pasted with the address, or with the file that the township put on a stick."""

    def __init__(self, theme: Theme, text: Text) -> None:
        super().__init__(theme, text, "join")
        self._file = ""
        self._code = self.field("code")
        self._code.setInputMethodHints(Qt.InputMethodHint.ImhPreferUppercase | Qt.InputMethodHint.ImhNoPredictiveText)
        self._hub = self.field("hub")
        line = FlowLayout(gap=theme.scale.s)
        self._named = label("", "small-strong", wrap=False)
        self._take = act(theme, text("first.file"), self._choose_file, icon="usb", small=True)
        self._away = act(theme, text("first.no_file"), lambda: self.take_file(""), kind="link", small=True)
        for part in (self._take, self._named, self._away):
            line.addWidget(part)
        self.body.addLayout(line)
        self.body.addWidget(label(text("first.file_detail"), "small", wrap=True))
        self.first = self._code
        self.take_file("")

    def show_chosen(self, chosen: Beginning) -> None:
        self._code.setText(chosen.code)
        self._hub.setText(chosen.url)
        self.take_file(chosen.file)

    def taken(self, chosen: Beginning) -> Beginning:
        return replace(chosen, code=self._code.text().strip(), url=self._hub.text().strip(), file=self._file)

    def take_file(self, path: str) -> None:
        """The enrolment file knows the township's address; the code is still needed to open it."""
        self._file = path
        self._named.setText(Path(path).name)
        for part in (self._named, self._away):
            reveal(part, path)
        self._asked = [self._code] if path else [self._code, self._hub]
        self._hub.setEnabled(not path)

    def _choose_file(self) -> None:
        found, _ = QFileDialog.getOpenFileName(self, self.text("first.file"))
        if found:
            self.take_file(found)


class VillageStep(Step):
    """Without a township: which of the shipped villages."""

    def __init__(self, theme: Theme, text: Text) -> None:
        super().__init__(theme, text, "alone")
        self.village = ChoiceButton(theme, name=text("first.village"))
        self.village.stretch()
        self.village.setAutoDefault(False)  # Enter goes on; Space or Alt+Down opens the list
        words = label(text("first.village"), "small-strong")
        fill(self.body, [words, self.village, label(text("first.village_detail"), "small", wrap=True)])
        self.first = self.village

    def show_chosen(self, chosen: Beginning) -> None:
        if chosen.village:
            self.village.choose(chosen.village)

    def taken(self, chosen: Beginning) -> Beginning:
        return replace(chosen, village=self.village.value)

    def offer(self, offers: Offers) -> None:
        self.village.offer(offers.villages)


class PersonStep(Step):
    """Who one is, the passphrase that is offered, the PIN, and where the second copy lies."""

    another = Signal()  # another passphrase is wanted

    def __init__(self, theme: Theme, text: Text) -> None:
        super().__init__(theme, text, "person")
        self._copies, self._places = "", FlowLayout(gap=theme.scale.s)
        self._name = self.field("name")
        self._secret = self.field("passphrase")
        self._secret.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText)
        self._secret.textEdited.connect(lambda: reveal(self._shown, False))  # it is another one then
        line = row(gap=theme.scale.s)
        self._shown: QLabel = label("", "strong", wrap=True)
        reveal(self._shown, False)
        line.addWidget(self._shown, 1)
        line.addWidget(act(theme, text("first.another"), self.another.emit, kind="link", icon="star", small=True))
        self.body.addLayout(line)
        self._pin = self.field("pin", asked=False)
        self._pin.setMaxLength(6)
        self._pin.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly | Qt.InputMethodHint.ImhSensitiveData)
        self.body.addWidget(label(text("first.copies"), "small-strong"))
        self.body.addLayout(self._places)
        self._group = QButtonGroup(self)
        self._show_places(())
        self.first = self._name

    def show_chosen(self, chosen: Beginning) -> None:
        self._name.setText(chosen.user)
        if chosen.passphrase:
            self._secret.setText(chosen.passphrase)
            reveal(self._shown, False)
        self._pin.setText(chosen.pin)
        self._copies = chosen.copies

    def taken(self, chosen: Beginning) -> Beginning:
        user, secret, pin = self._name.text().strip(), self._secret.text(), self._pin.text().strip()
        return replace(chosen, user=user, passphrase=secret, pin=pin, copies=self._copies)

    def offer(self, offers: Offers) -> None:
        """A passphrase where none is written yet; disks and sticks that are plugged in."""
        if not self._secret.text():
            self.put_passphrase(offers)
        self._show_places(offers.places)

    @property
    def offered(self) -> bool:
        """Whether the passphrase is the one that was offered, with the words by which it is remembered."""
        return not self._shown.isHidden()

    def put_passphrase(self, offers: Offers) -> None:
        self._secret.setText(offers.typed)
        self._shown.setText(self.text("first.shown", words=offers.shown))
        reveal(self._shown, True)

    def _show_places(self, places: Sequence[tuple[str, str]]) -> None:
        for made in self._group.buttons():
            self._group.removeButton(made)
        clear(self._places)
        known = [("", self.text("first.copies_here")), *places]
        if self._copies not in dict(known):
            known.append((self._copies, Path(self._copies).name))
        for path, words in known:
            made = segment(self.theme, words, chosen=path == self._copies, does_what=partial(self._keep_in, path))
            self._group.addButton(made)
            self._places.addWidget(made)
        self._places.addWidget(act(self.theme, self.text("first.copies_else"), self._elsewhere, kind="link"))

    def _keep_in(self, path: str) -> None:
        self._copies = path

    def _elsewhere(self) -> None:
        found = QFileDialog.getExistingDirectory(self, self.text("first.copies_else"))
        if found:
            self._copies = found
            self._show_places(())

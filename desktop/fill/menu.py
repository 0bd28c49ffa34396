"""What else can be done with a form: jump, one question a screen, another language, throw the draft away."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from desktop.fill.kit import language_name
from forms.api import Session
from forms.text import Text


class FormMenu(QObject):
    """Fills `menu`. `speak(str)`: another of the form's languages was chosen; `digits(bool)`: whether they go on."""

    jump = Signal()
    single = Signal()
    digits = Signal(bool)
    speak = Signal(str)
    discard = Signal()

    def __init__(self, menu: QMenu, text: Text, session: Session, *, single: bool, digits: bool) -> None:
        super().__init__(menu)
        menu.addAction(text("fill.jump_menu"), self.jump.emit)
        self.one_by_one = menu.addAction(text("fill.one_by_one"), self.single.emit)
        self.one_by_one.setCheckable(True)
        self.one_by_one.setChecked(single)
        self.lead_on = menu.addAction(text("fill.digits"))
        self.lead_on.setCheckable(True)
        self.lead_on.setChecked(digits)
        self.lead_on.toggled.connect(self.digits)
        self.languages: dict[str, QAction] = {}
        spoken = session.form.languages if len(session.form.languages) > 1 else ()
        choices = QActionGroup(self)
        for language in spoken:
            action = menu.addAction(language_name(language), partial(self.speak.emit, language))
            action.setCheckable(True)
            action.setChecked(language == session.language)
            choices.addAction(action)
            self.languages[language] = action
        menu.addAction(text("fill.discard"), self.discard.emit)

"""A form tried before anybody else has it: filled in with the real lists, and nothing of it is kept."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QStackedWidget

from desktop.fill.page import FormPage
from desktop.pages.parts.notice import Notice
from desktop.pages.parts.page import Page, PageContext
from desktop.pages.parts.places import Place
from desktop.services.filling.filling_values import Opening
from desktop.theme.tokens import Tone
from desktop.widgets.basics import column
from desktop.widgets.notices import Banner


class TrialPage(Page):
    """The place's subject is the file. Handing in says what would have come of it, and goes back."""

    kept = False
    bare = True

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._form: FormPage | None = None
        self._stack = QStackedWidget()
        said = Banner(context.theme)
        said.say(Tone.WARN, self.t("office.trial"), self.t("office.trial_detail"))
        whole = column(self)
        whole.addWidget(said)
        whole.addWidget(self._stack, 1)

    @property
    def form(self) -> FormPage | None:
        """The form page, once it has been opened."""
        return self._form

    def visit(self, place: Place) -> None:
        file = Path(place.subject)
        self.context.lanes.read(self, lambda desk: desk.filling.trial(file), self._opened, failed=self._not_opened)

    def escape(self) -> bool:
        if self._form is not None:
            self._form.escape()
        return self._form is not None

    def _opened(self, opening: Opening) -> None:
        context = self.context
        form = FormPage(
            opening.session,
            context.theme,
            context.text,
            now=context.clock.now,
            new_name=lambda ending: f"{context.clock.uuid()}{ending}",
            title=context.words.form_title(opening.form.title),
            subtitle=self.t("office.trial_version", version=opening.form.version),
        )
        form.finalise_requested.connect(self._handed_in)
        form.left.connect(context.back)
        form.discard_requested.connect(context.back)
        self._form = form
        self._stack.addWidget(form)
        form.focus_first()

    def _handed_in(self) -> None:
        """Everything that is asked was answered: that is all a trial can show."""
        self.context.back()
        self.context.warn(Notice(Tone.OK, self.t("office.trial_done"), self.t("office.trial_done_detail")))

    def _not_opened(self, error: BaseException) -> None:
        self.context.back()
        self.context.failed(error)

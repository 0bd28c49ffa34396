"""Around the questions: outline, title, strip and buttons, kept in step with the answers."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.fill.answering import Answers
from desktop.fill.bars import Footer, Header
from desktop.fill.body import Body
from desktop.fill.brief import BriefStrip, is_brief
from desktop.fill.kit import Kit
from desktop.widgets.basics import reveal


@dataclass
class Surroundings:
    """`may_be_brief`: few questions are checked on the page; `first` is the screen on which it began."""

    kit: Kit
    answers: Answers
    header: Header
    body: Body
    strip: BriefStrip
    footer: Footer
    may_be_brief: bool
    first: int = 0

    @property
    def brief(self) -> bool:
        """Whether it is handed in from the page: few questions."""
        return self.may_be_brief and is_brief(self.answers, self.first)

    def show_progress(self, at: int) -> None:
        """What is open and how far each group is; screen `at` is shown."""
        answers, text = self.answers, self.kit.text
        answers.look()
        answers.check()
        self.footer.show_status(missing=answers.missing, wrong=answers.wrong)
        group, groups, entries = answers.group_of(at), answers.shown_groups(), answers.entries()
        here = groups.index(group) if group in groups else 0
        self.body.outline.show_entries(entries, here=here, wrong=answers.wrong)
        self.header.outline.setText(text("fill.outline_button", n=here + 1, m=len(entries)))
        shown = answers.shown()
        key = "fill.question_of" if answers.single else "fill.group_of"
        nth = shown.index(at) + 1 if at in shown else 1
        self.body.show_title(f"{here + 1} {answers.title(group)}", text(key, n=nth, m=len(shown)))
        self._show_strip()

    def show_place(self, at: int) -> None:
        """Which buttons lead on from screen `at`."""
        shown = self.answers.shown() or [0]
        checking = self.body.check is not None
        self.footer.show_place(first=at == shown[0], last=at == shown[-1], checking=checking)
        self.footer.show_unit(single=self.answers.single)
        self._show_strip()

    def _show_strip(self) -> None:
        brief = self.brief
        reveal(self.strip, brief and self.body.check is None)
        self.footer.show_brief(brief)
        if brief:
            self.strip.show_answers(self.answers)

"""Facts of residents and households as people read them: what a property is called, what its value means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desktop.services.context import Context, in_language
from desktop.services.people.masks import masked
from forms.api import Form, Question

FORMS = {"residents": ("resident", "household", "resident_change"), "households": ("household", "resident_change")}
"""Forms whose questions say what a property is, the first that has it counts."""
DECISION_PREFIX = {"residents": "r_", "households": "h_"}
INNER = frozenset({"village", "has_phone", "id_has", "id_tail", "registered_on", "alias_of"})
"""Properties that follow from others: nobody chooses them by themselves."""
FOLLOW: Mapping[str, tuple[str, ...]] = {
    "phone": ("has_phone",),
    "id_no": ("id_has", "id_tail"),
    "area": ("village",),
}
"""What goes along with a property."""


@dataclass(frozen=True, slots=True)
class FactsSaid:
    """For one dataset, in the desk's language."""

    context: Context
    dataset: str
    questions: Mapping[str, Question]
    choices: Mapping[tuple[str, str], str]
    labels: Mapping[str, str]

    @classmethod
    def of(cls, context: Context, dataset: str) -> FactsSaid:
        questions: dict[str, Question] = {}
        choices: dict[tuple[str, str], str] = {}
        for form_id in FORMS[dataset]:
            form = context.form(form_id)
            choices |= dict(context.library.choices(context.source(form_id), context.language))
            for name, question in _saved(form, dataset).items():
                questions.setdefault(name, question)
        decision = context.form("decision")
        labels = {
            name: in_language(dict(q.labels), decision, context.language)
            for name, q in _saved(decision, dataset).items()
        }
        return cls(context, dataset, questions, choices, labels)

    def names(self) -> tuple[str, ...]:
        """Properties that a person may decide on, in the order of the decision form."""
        return tuple(name for name in self.labels if name not in INNER)

    def label(self, name: str) -> str:
        return self.labels.get(name) or name

    def words(self, name: str, value: str) -> str:
        """The value as it is read, covered where it must be."""
        if not value:
            return ""
        if name == "household":
            home = self.context.store.entities.get(value, "households")
            return home.label if home is not None else value
        if name in ("area", "village"):
            return self.context.area_label(value)
        if name == "state" and f"review.state_{value}" in self.context.text:
            return self.context.text(f"review.state_{value}")
        question = self.questions.get(name)
        if question is None:
            return value
        covered = masked(name, value, question.attributes)
        if covered:
            return covered
        several = [self.choices.get((question.name, each), "") for each in value.split()]
        if several and all(several):
            return "、".join(several) if self.context.language == "zh" else ", ".join(several)
        return value


def _saved(form: Form, dataset: str) -> dict[str, Question]:
    """Questions of a form by the property of the dataset that they fill."""
    by_path = {question.path: question for question in form.questions}
    found: dict[str, Question] = {}
    for entity in form.entities:
        if entity.dataset == dataset:
            found |= {name: by_path[path] for name, path in entity.properties.items() if path in by_path}
    return found

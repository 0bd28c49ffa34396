"""What can be missing of a request that goes back to its village, and which questions can be named."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.services.context import Context
from desktop.services.filling.library import form_language
from forms.casework.events import REQUEST_UPDATE

REQUEST, WHY = "request", "return_why"


@dataclass(frozen=True, slots=True)
class Missing:
    """(value, words): `why` as the form request_update asks it, `questions` those that the village answered."""

    why: tuple[tuple[str, str], ...]
    questions: tuple[tuple[str, str], ...]


def missing(context: Context) -> Missing:
    """In the language of whom `context` belongs to."""
    labels = context.library.choices(context.source(REQUEST_UPDATE), context.language)
    form = context.form(REQUEST, "")
    language = form_language(form, context.language)
    asked = (each for each in form.questions if each.control is not None and not each.note and not each.calculated)
    named = ((each.path, each.labels.get(language, "").strip()) for each in asked)
    return Missing(
        tuple((value, words) for (name, value), words in labels.items() if name == WHY),
        tuple((path, words) for path, words in named if words),
    )

"""An answer in words, for the check page and the summary of a card."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from desktop.fill.rich import noun_of, plain_words
from desktop.fill.screens import is_asked, leaves
from desktop.widgets.dates import Precision
from desktop.widgets.say_date import say_date
from forms.api import Choice, Control, Node, Session
from forms.text import Text

TYPES_WITH_WORDS = ("int", "decimal", "date", "time", "dateTime", "geopoint", "geotrace", "geoshape")
PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".heic", ".tif", ".tiff")
MASK = "••••"  # of an answer that nobody beside should read
SUMMARY = 4  # answers in a card's line


def said(session: Session, node: Node, text: Text) -> str:
    """The answer as people read it; "" where there is none."""
    if not node.value:
        return ""
    if node.control in (Control.SELECT_ONE, Control.SELECT_MULTIPLE, Control.RANK):
        return _labels(session, node, text)
    if node.control is Control.TRIGGER:
        return text("fill.acknowledged")
    if node.type == "date" and precision_of(node) is not Precision.DAY:
        return _date(node.value, text, precision=precision_of(node))
    if "masked" in node.appearance:
        return MASK
    return SAYERS.get(node.type, _as_it_is)(node.value, text)


def wrong_words(code: str, node: Node, text: Text) -> str:
    """What is wrong and what to do; the same words under the question and in the list. The author's own come first."""
    if node.message and node.violation == code:
        return plain_words(node.message)
    name = noun_of(plain_words(node.label)) or node.name
    if code == "type" and node.type in TYPES_WITH_WORDS:
        return text(f"fill.wrong_{node.type}", label=name)
    return text(f"fill.wrong_{code}", label=name)


def summary(session: Session, instance: str, text: Text) -> str:
    """The first few answers of an instance in one line."""
    nodes = [node for node in leaves(session, session.children(instance)) if is_asked(node)]
    words = [said(session, node, text) for node in nodes]
    return text("fill.between").join([each for each in words if each][:SUMMARY])


def _labels(session: Session, node: Node, text: Text) -> str:
    single = node.control is Control.SELECT_ONE
    values = [node.value] if single else node.value.split()
    choices = session.choices(node.ref)
    return text("fill.list_and").join(label_of(choices, value) or value for value in values)


def values_of(choices: Sequence[Choice]) -> Sequence[str]:
    """The values of choices. The engine's sequence knows them without making thousands of labels."""
    values: Sequence[str] | None = getattr(choices, "values", None)
    return values if values is not None else [choice.value for choice in choices]


def label_of(choices: Sequence[Choice], value: str) -> str:
    """The label of one choice, "" where it is not offered."""
    at = next((at for at, each in enumerate(values_of(choices)) if each == value), None)
    return plain_words(choices[at].label) if at is not None else ""


def precision_of(node: Node) -> Precision:
    """How exactly a date is asked for."""
    if "year" in node.appearance:
        return Precision.YEAR
    return Precision.MONTH if "month-year" in node.appearance else Precision.DAY


def _date(value: str, text: Text, *, precision: Precision = Precision.DAY) -> str:
    try:
        return say_date(date.fromisoformat(value[:10]), text, precision=precision)
    except ValueError:
        return value


def _time(value: str, _text: Text) -> str:
    return value[:5]


def _date_time(value: str, text: Text) -> str:
    day, _, clock = value.partition("T")
    return f"{_date(day, text)} {_time(clock, text)}".strip()


def _place(value: str, text: Text) -> str:
    parts = value.split()
    if len(parts) < 2:
        return value
    return text("fill.place_said", latitude=parts[0], longitude=parts[1])


def _places(value: str, text: Text) -> str:
    return text("fill.places_said", n=len([each for each in value.split(";") if each.strip()]))


def _file(value: str, text: Text) -> str:
    """Its name tells a person nothing."""
    return text("fill.picture_said" if value.lower().endswith(PICTURES) else "fill.file_said")


def _as_it_is(value: str, _text: Text) -> str:
    return value


SAYERS: dict[str, Callable[[str, Text], str]] = {
    "date": _date,
    "time": _time,
    "dateTime": _date_time,
    "geopoint": _place,
    "geotrace": _places,
    "geoshape": _places,
    "binary": _file,
}

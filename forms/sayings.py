"""What pyxform says in English, as problems with words of our own: the commonest of its messages."""

from __future__ import annotations

import re
from collections.abc import Mapping

from forms.api import Severity
from forms.cells import CHOICES, ENTITIES, SETTINGS, SURVEY, SheetProblem
from forms.sheets import Row

_PLACE = re.compile(r"\[row\s*:\s*(\d+)\]\s*")
_SHEET = re.compile(r"(?:On|on) the '(\w+)' sheet|\b(survey|choices|settings|entities|osm|external_choices)\b sheet")
_COLUMN = re.compile(r"the '([\w: ()]+)' (?:value|column)")

_SAYINGS: tuple[tuple[str, re.Pattern[str], str], ...] = tuple(
    (code, re.compile(said), column)
    for code, said, column in [
        ("label_missing", r"element named '(?P<name>[^']+)' has no label or hint", "label"),
        ("calculation_missing", r"Missing calculation", "calculation"),
        ("name_reserved", r"The name '(?P<name>[^']+)' is reserved", "name"),
        ("name_case", r"value '(?P<name>[^']+)' is problematic. The name is a case-insensitive match", "name"),
        ("reference_ambiguous", r"The name '(?P<name>[^']+)' appears more than once", ""),
        ("choice_label_missing", r"Choices should have a label", "label"),
        ("save_to_alone", r"To save entity properties .* add an entities sheet", "save_to"),
        ("save_to_reserved", r"'save_to' value is invalid. Names used here must not be 'name' or 'label'", "save_to"),
        ("save_to_bad", r"'save_to' value is invalid. Names (?:used here )?must (?:not )?begin with", "save_to"),
        ("save_to_group", r"Groups and repeats can't be saved as entity properties", "save_to"),
        ("save_to_twice", r"save_to property '(?P<name>[^']+)' is already assigned by row '(?P<other>\d+)'", "save_to"),
        ("list_name_bad", r"'(?:dataset|list_name)' value is invalid. Names must begin with", "list_name"),
        ("entity_label_missing", r"entity list name '(?P<name>[^']+)' does not have a label", "label"),
        ("entity_id_missing", r"list name '(?P<name>[^']+)' does not have an 'entity_id'", "entity_id"),
        ("column_unknown", r"column\(s\) are not supported by this version of pyxform: '(?P<name>.+?)'\. Please", ""),
        ("parameters_form", r"Parameters must be in the form of", "parameters"),
        ("parameters_unknown", r"accepted parameter keys .* are '(?P<known>[^']+)'.*key\(s\): '(?P<name>[^']+)'",
         "parameters"),
        ("trigger_form", r"'(?P<column>trigger)' value is invalid. Reference variables must start with", "trigger"),
    ]
)  # fmt: skip


def said(message: str, severity: Severity, questions: Mapping[str, Row]) -> SheetProblem:
    """A message of pyxform as a problem: the place out of its words or of the question that it names.

    What is not among the sayings keeps its English words as the cause.
    """
    place, sheet, column = _PLACE.search(message), _SHEET.search(message), _COLUMN.search(message)
    cause = " ".join(_PLACE.sub("", message).split())
    code, values, where = _known(cause)
    row = int(place[1]) if place else None
    named = (sheet[1] or sheet[2]) if sheet else SURVEY if row else None
    if row is None and values.get("name") in questions:
        named, row = SURVEY, questions[values["name"]].number
    where = where or (column[1] if column else "")
    if named == ENTITIES and where == "dataset":
        where = "list_name"
    sheets = (SURVEY, CHOICES, SETTINGS, ENTITIES)
    return SheetProblem(severity, code, values, named, row, (where or None) if named in sheets else None)


def _known(cause: str) -> tuple[str, dict[str, str], str]:
    for code, pattern, column in _SAYINGS:
        found = pattern.search(cause)
        if found:
            return code, {name: value or "" for name, value in found.groupdict().items()}, column
    return "pyxform", {"cause": cause}, ""

"""What a household says of one of its people, when that person is erased."""

from __future__ import annotations

from collections.abc import Mapping

ERASURE = "erasure"
"""The form by which an erasure travels: an update of the person that blanks every property."""
_OF_PERSON = ("full_name", "phone", "id_tail")


def without(
    label: str | None, facts: Mapping[str, str], person: Mapping[str, str]
) -> tuple[str | None, dict[str, str]]:
    """A household's label and facts without the person's name and telephone."""
    theirs = {person.get(key, "") for key in _OF_PERSON} - {""}
    name = person.get("full_name", "")
    if name and facts.get("head_name") == name:
        theirs |= {facts.get("phone", "")} - {""}  # what a head of household gave for it
    kept = {key: "" if value in theirs else value for key, value in facts.items()}
    return (label.replace(name, "").strip() if label and name else label), kept

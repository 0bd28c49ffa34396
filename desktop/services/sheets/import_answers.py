"""What a register says about a person, as answers to the pack's forms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from forms.register.lenient import birth_of
from forms.register.people import Registered

AWAY = frozenset({"near", "away", "school", "care", "army", "custody"})
CONSENT_BEFORE = 14
"""Years of age below which the form asks whether a guardian consents."""
CONSENT, ASK_LATER = "guardian_consent", "later"
"""Nobody is recorded as having consented because they stood in a list: somebody has to ask."""
UNKNOWN_HOUSE = "登记册未写"


def household(people: Sequence[Registered]) -> dict[str, Any]:
    """A household out of its rows; what registers of people do not say is left as the form has it."""
    first = people[0]
    head = next((person for person in people if person.relation == "head"), first)
    phone = head.phone if head.name == first.head else ""
    where = {"area": first.area, "house_no": UNKNOWN_HOUSE, "head_name": first.head, "has_phone": _yes(phone)}
    living = sum(person.presence not in AWAY for person in people)
    return {
        "where": where | ({"phone": phone} if phone else {}),
        "people": {"registered": str(len(people)), "living": str(living)},
    }


def resident(person: Registered, home: str, *, today: date) -> dict[str, Any]:
    """One person; what has no question of its own goes into the remark."""
    who: dict[str, Any] = {
        "household": home,
        "name": person.name,
        "id_has": "have" if person.id_no else "later",
        "relation": person.relation or "other",
        "has_phone": _yes(person.phone),
        "presence": person.presence or "home",
        "tags": " ".join(person.tags) or "none",
    }
    if person.id_no:
        who["id_no"] = person.id_no
    else:
        who |= {"sex_asked": person.sex} | ({"birth_asked": person.birth} if person.birth else {})
    if person.phone:
        who["phone"] = person.phone
    answers: dict[str, Any] = {"who": who}
    if person.dis_kind:
        answers["disability"] = {"dis_kind": person.dis_kind, "dis_grade": person.dis_grade}
    if _is_child(person, today):
        answers[CONSENT] = ASK_LATER
    if person.asides:
        answers["remark"] = "；".join(person.asides)
    return answers


def _yes(value: str) -> str:
    return "yes" if value else "no"


def _is_child(person: Registered, today: date) -> bool:
    birth = birth_of(person.id_no) if person.id_no else person.birth
    if not birth:
        return False
    born = date.fromisoformat(birth)
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day)) < CONSENT_BEFORE

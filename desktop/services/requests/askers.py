"""Who asked: out of the register where that is here, else as the hub tells a department, or sealed in the request."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.services.context import Context, day
from desktop.services.filling.sealing import opened_here
from desktop.services.people import masks
from desktop.services.rights import Use
from desktop.services.values import Asker, Unnamed
from forms.casework.publishing import OPINION
from forms.sealed import is_sealed
from sync.store.api import RequestDetail

SEALED = "asked_by"  # the property with name and telephone for the department of a sensitive matter
_BETWEEN = "，"  # them, as the request form writes it


def asker(detail: RequestDetail, context: Context, *, reveal: bool = False) -> Asker:
    """Telephones are covered unless `reveal`; the register's stands beside the request's only where it is another."""
    facts, register = detail.properties, _register(detail, context)
    name, phone = detail.item.who or register.get("name", ""), facts.get("phone", "")
    sealed = facts.get(SEALED, "")
    if not name and is_sealed(sealed):
        name, phone = unsealed_asker(sealed, context)
    known = register.get("phone", "")
    now = "" if _digits(known) == _digits(phone) else known
    shown = str if reveal else masks.phone
    return Asker(
        name=name,
        phone=shown(phone),
        noted=day(detail.item.recorded_on),
        now=shown(now),
        house_no=detail.asked.get("house_no", ""),
        covered=not reveal and bool(phone or now),
        unnamed=None if name else _why(detail),
    )


def unsealed_asker(sealed: str, context: Context) -> tuple[str, str]:
    """Name and telephone that were sealed; blank where this computer has no key to them."""
    name, _, phone = (opened_here(sealed, context) or "").rpartition(_BETWEEN)
    return name, phone


def _register(detail: RequestDetail, context: Context) -> Mapping[str, str]:
    """Name and telephone, else that of their home, as of now."""
    person, entities = detail.item.person, context.store.entities
    known = entities.get(person, "residents") if person and context.actor.may(Use.SEE_PEOPLE) else None
    if known is None:
        return detail.asked
    home = entities.get(known.properties.get("household", ""), "households")
    phone = known.properties.get("phone") or (home.properties.get("phone", "") if home is not None else "")
    return {"name": known.label, "phone": phone}


def _why(detail: RequestDetail) -> Unnamed:
    facts = detail.properties
    if facts.get("requester") == "public":
        return Unnamed.PUBLIC
    if detail.item.form_id == OPINION:
        return Unnamed.OPINION
    return Unnamed.SEALED if is_sealed(facts.get(SEALED, "")) else Unnamed.UNKNOWN


def _digits(phone: str) -> str:
    return "".join(filter(str.isdigit, phone))

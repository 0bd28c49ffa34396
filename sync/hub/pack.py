"""The shipped form pack, published in a new hub's feed so that every workspace has it after its first hand-over.

Of each form version that the program made itself the hub notes out of which version of the pack: a newer program
may put its own in place of those, and of no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files

from sqlalchemy import Connection

from forms.definition.parse import version_in
from sync.hub import sql
from sync.hub.forms import AREAS, CALENDAR, newest_form
from sync.hub.service import Hub

LISTS = (AREAS, CALENDAR, "categories.csv", "departments.csv", "matters.csv")


def publish_pack(hub: Hub, *, areas: bytes | None = None) -> None:
    """Publish the pack's lists and forms; `areas` replaces its areas.csv."""
    pack = files("resources") / "pack"
    for entry in sorted(pack.iterdir(), key=lambda item: item.name):
        if entry.name in LISTS:
            own = areas if entry.name == AREAS else None
            hub.publish_list(entry.name, entry.read_bytes() if own is None else own)
    _publish(hub, shipped_forms())


def publish_missing(hub: Hub) -> tuple[str, ...]:
    """Publish forms of the pack that this hub has in no version, as a newer program brings them; the others stay."""
    known, pack = hub.read(published), shipped_forms()
    missing = {form: xform for form, xform in pack.items() if form not in known}
    _publish(hub, missing)
    same = [(form, found.version) for form, found in known.items() if found.xform == pack[form] and not found.made_from]
    note_made(hub, same)
    return tuple(missing)


@dataclass(frozen=True, slots=True)
class Published:
    """The newest version of a form of the pack at a hub; `made_from` is the pack's version that the program made it of,
    "" where somebody else did."""

    version: str
    xform: bytes
    made_from: str


def published(connection: Connection) -> Mapping[str, Published]:
    """By form id, forms of the pack that are here."""
    found = {form: newest_form(connection, form) for form in _names()}
    return {
        form: Published(*newest, made_from(connection, form, newest[0]))
        for form, newest in found.items()
        if newest is not None
    }


def shipped_forms() -> Mapping[str, bytes]:
    """The pack's XForms by form id, in their order."""
    return {name: shipped(name) for name in _names()}


def _names() -> list[str]:
    names = [entry.name for entry in (files("resources") / "xforms").iterdir()]
    return sorted(name.removesuffix(".xml") for name in names if name.endswith(".xml"))


def shipped(form_id: str) -> bytes:
    return (files("resources") / "xforms" / f"{form_id}.xml").read_bytes()


def version_of(xform: bytes) -> str:
    """The version that a form of the pack gives itself."""
    return version_in(xform)


def made_from(connection: Connection, form_id: str, version: str) -> str:
    """Of which version of the pack's form the program made this one; "" where somebody else did."""
    query = "SELECT pack FROM made_form WHERE form_id = :form AND version = :version"
    return str(sql.scalar(connection, query, form=form_id, version=version) or "")


def note_made(hub: Hub, made: Iterable[tuple[str, str]]) -> None:
    """These form versions, (form id, version), come from this program's pack."""
    rows = [(form, version, version_of(shipped(form))) for form, version in made]

    def note(connection: Connection) -> None:
        for form, version, pack in rows:
            sql.put(connection, "made_form", ["form_id", "version"], form_id=form, version=version, pack=pack)

    if rows:
        hub.write(note)


def _publish(hub: Hub, forms: Mapping[str, bytes]) -> None:
    for xform in forms.values():
        hub.publish_form(xform)
    note_made(hub, [(form, version_of(xform)) for form, xform in forms.items()])

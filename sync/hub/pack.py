"""The shipped form pack, published in a new hub's feed so that every workspace has it after its first hand-over."""

from __future__ import annotations

from importlib.resources import files

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
    xforms = files("resources") / "xforms"
    for entry in sorted(xforms.iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".xml"):
            hub.publish_form(entry.read_bytes())


def publish_missing(hub: Hub) -> tuple[str, ...]:
    """Publish forms of the pack that this hub has in no version, as a newer program brings them; the others stay."""
    missing = []
    for entry in sorted((files("resources") / "xforms").iterdir(), key=lambda item: item.name):
        form_id, ending = entry.name.removesuffix(".xml"), entry.name.endswith(".xml")
        if ending and hub.read(lambda there, form_id=form_id: newest_form(there, form_id)) is None:  # type: ignore[misc]
            hub.publish_form(entry.read_bytes())
            missing.append(form_id)
    return tuple(missing)

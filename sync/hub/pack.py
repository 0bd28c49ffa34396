"""The shipped form pack, published in a new hub's feed so that every workspace has it after its first hand-over."""

from __future__ import annotations

from importlib.resources import files

from sync.hub.forms import AREAS, CALENDAR
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

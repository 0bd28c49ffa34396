"""Forms of the pack at a hub whose program is newer than they are: renewed where the program made them, else offered.

Records that were written with an older version keep it; villages have the new one after their next hand-over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from desktop.services.filling.library import shipped as shipped_list
from desktop.services.office.hub_lists import made_with, next_version, present
from forms.casework.lists import DEPARTMENTS, MATTERS
from forms.pack_choices import FORMS
from sync.hub import shown_again
from sync.hub.pack import note_made, publish_missing, published, shipped_forms, version_of
from sync.hub.service import Hub


@dataclass(frozen=True, slots=True)
class NewerForm:
    """The program brings version `pack` of a form whose newest here is `version`; `own` where somebody changed it."""

    form_id: str
    version: str
    pack: str
    own: bool


def keep_up(hub: Hub, *, today: date) -> tuple[str, ...]:
    """Publish what this program brings, when a hub begins to serve; forms that somebody changed stay as they are."""
    shown_again.catch_up(hub)
    missing = publish_missing(hub)
    ours = [each.form_id for each in newer(hub) if not each.own]
    return (*missing, *renew(hub, ours, today=today))


def newer(hub: Hub) -> tuple[NewerForm, ...]:
    """Forms of which this program has a newer version than any that was published here."""
    found, shipped = [], shipped_forms()
    for form_id, known in hub.read(published).items():
        if known.xform == shipped[form_id]:
            continue
        pack = version_of(shipped[form_id])
        if _later(pack, known.made_from or known.version):
            found.append(NewerForm(form_id, known.version, pack, own=not known.made_from))
    return tuple(found)


def renew(hub: Hub, form_ids: Sequence[str], *, today: date) -> tuple[str, ...]:
    """Publish the program's version of these, with the township's own matters and departments; which were new."""
    lists = {name: present(hub, name) for name in (DEPARTMENTS, MATTERS)}
    own_lists = any(data != shipped_list(name) for name, data in lists.items())
    renewed, shipped = [], shipped_forms()
    for form_id, known in ((each.form_id, each.version) for each in newer(hub) if each.form_id in form_ids):
        version, new = version_of(shipped[form_id]), shipped[form_id]
        if (own_lists and form_id in FORMS) or not _later(version, known):
            version = next_version(max(version, known, key=_number), today)
            new = made_with(form_id, lists, version)
        if hub.publish_form(new):
            note_made(hub, [(form_id, version)])
            renewed.append(form_id)
    return tuple(renewed)


def _later(one: str, other: str) -> bool:
    return _number(one) > _number(other)


def _number(version: str) -> int:
    """Versions are a day and a number of that day; what somebody else wrote there comes before all."""
    return int(version) if version.isdigit() else 0

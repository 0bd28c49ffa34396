"""A township's own lists put in place of the pack's at its hub: checked, published, with the forms that hold them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path

from desktop.services.filling.library import AREAS, shipped
from desktop.services.given_file import read_given
from forms.casework import lists, outlines
from forms.casework.areas import Areas
from forms.pack_choices import FORMS, needed, with_lists
from forms.xlsform import convert
from sync.hub.forms import newest_form, published_list
from sync.hub.pack import made_from, note_made
from sync.hub.pack import shipped as shipped_form
from sync.hub.service import Hub


@dataclass(frozen=True, slots=True)
class Published:
    """`lists` and `forms` that are new for the villages; `own` forms were changed here by somebody and stay."""

    lists: tuple[str, ...]
    forms: tuple[str, ...]
    own: tuple[str, ...]


def publish(hub: Hub, given: Sequence[Path], *, today: date) -> Published:
    """Put the lists of these files in place, all or none; they are known by their names.

    Faults: lists.unknown, lists.encoding, lists.bad, those of `outlines.read`, and what `read_given` raises.
    """
    return put(hub, {file.name: read_given(file) for file in given}, today=today)


def put(hub: Hub, given: Mapping[str, bytes], *, today: date) -> Published:
    """As `publish`, with what is in the files."""
    before = {name: present(hub, name) for name in lists.NAMES}
    new = {name: lists.plain(data) for name, data in given.items() if name != outlines.NAME}
    after = {**before, **new}
    kept = tuple(sorted(needed([_workbook(form) for form in FORMS])))
    for name, data in new.items():
        lists.check(name, data, after, needed=kept if name == lists.MATTERS else ())
    if new and lists.MATTERS not in new:
        lists.check(lists.MATTERS, after[lists.MATTERS], after, needed=kept)
    drawn = given.get(outlines.NAME)
    if drawn is not None:
        outlines.read(drawn, known=Areas.read(after[AREAS]).__contains__)
    renewed, own = _renewed(hub, before, after, today)
    for form, (version, xform) in renewed.items():
        hub.publish_form(xform)
        note_made(hub, [(form, version)])
    everything = new if drawn is None else {**new, outlines.NAME: drawn}
    changed = tuple(name for name, data in everything.items() if hub.publish_list(name, data))
    return Published(changed, tuple(renewed), own)


def _renewed(
    hub: Hub, before: Mapping[str, bytes], after: Mapping[str, bytes], today: date
) -> tuple[dict[str, tuple[str, bytes]], tuple[str, ...]]:
    """The pack's forms with the new choices, where these differ; and those that are the pack's no more."""
    found: dict[str, tuple[str, bytes]] = {}
    own = []
    for form in FORMS:
        known = hub.read(lambda there, form=form: newest_form(there, form))  # type: ignore[misc]
        if known is None:
            continue
        version, xform = known
        if made_with(form, after, version) == xform:
            continue
        ours = hub.read(lambda there, form=form, version=version: made_from(there, form, version))  # type: ignore[misc]
        if not ours and xform != shipped_form(form) and xform != made_with(form, before, version):
            own.append(form)
            continue
        later = next_version(version, today)
        found[form] = later, made_with(form, after, later)
    return found, tuple(own)


def made_with(form: str, choices: Mapping[str, bytes], version: str) -> bytes:
    """A form of the pack with these lists (by file name) for its choices, as `version`."""
    return convert(with_lists(_workbook(form), choices, version=version), name=f"{form}.xlsx").xform


def next_version(version: str, today: date) -> str:
    """Later than the version before, and of today."""
    earlier = int(version) if version.isdigit() else 0
    return str(max(earlier + 1, int(f"{today:%Y%m%d}50")))


def present(hub: Hub, name: str) -> bytes:
    """A list as the villages have it: the township's own, else the pack's."""
    return hub.read(lambda there: published_list(there, name)) or shipped(name) or b""


def _workbook(form: str) -> bytes:
    return (files("resources") / "forms" / f"{form}.xlsx").read_bytes()

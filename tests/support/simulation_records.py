"""Records that the simulator's people write beside those of `plain_records`."""

from __future__ import annotations

import random

import plain_records
from envelopes import new_uuid

_SPACES = 'xmlns:entities="http://www.opendatakit.org/xforms/entities"'


def household_edit(
    chance: random.Random, uuid: str, versions: tuple[str, str, str], *, version: str = "", **answers: str
) -> bytes:
    """Other facts of a household, as an edit that starts from `versions` (base, trunk, branch)."""
    base, trunk, branch = versions
    fields = "".join(f"<{name}>{value}</{name}>" for name, value in answers.items())
    return (
        f'<data {_SPACES} id="household" version="{version or plain_records.version_of("household")}">'
        f"<where>{fields}</where>"
        f'<meta><instanceID>uuid:{new_uuid(chance)}</instanceID><entities:entity dataset="households" id="{uuid}"'
        f' update="1" baseVersion="{base}" trunkVersion="{trunk}" branchId="{branch}"/></meta></data>'
    ).encode()


def of_version(xml: bytes, old: str, new: str) -> bytes:
    """The same record, filled in with another version of its form."""
    return xml.replace(f'version="{old}"'.encode(), f'version="{new}"'.encode(), 1)

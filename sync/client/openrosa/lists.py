"""Entity lists as platforms serve them: csv with name, label, __version and properties, whole at every change."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from forms.errors import Fault, Kind
from sync.store.platform_values import ListedEntity

_VERSION = re.compile(r"[0-9]{1,9}")
_OWN = frozenset({"name", "label", "__version"})
CHUNK = 100
"""Entities asked about at once: an address of some four thousand signs, which every server takes."""


def is_entity_list(content: bytes) -> bool:
    """Whether a csv is one by its columns, where the manifest does not say."""
    header = content[:4096].decode("utf-8-sig", "replace").splitlines()[:1]
    return bool(header) and {"name", "label", "__version"} <= set(next(csv.reader(header), []))


def read_entities(content: bytes) -> Iterator[ListedEntity]:
    """The rows of a list. Raises Fault openrosa.list for bytes that are no such csv."""
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        if not {"name", "label"} <= set(reader.fieldnames or ()):
            raise Fault("openrosa.list", Kind.DAMAGED)
        for row in reader:
            yield _entity(row)
    except (UnicodeDecodeError, csv.Error) as why:
        raise Fault("openrosa.list", Kind.DAMAGED) from why


def _entity(row: dict[str, str]) -> ListedEntity:
    written = row.get("__version") or ""
    version = int(written) if _VERSION.fullmatch(written) else 1
    properties = {key: value or "" for key, value in row.items() if key and key not in _OWN}
    return ListedEntity(row["name"] or "", row["label"] or "", version, properties)

"""What a copy of a workspace says of itself: from when it is, what it holds, and that who had the data key wrote it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from forms.errors import Fault, Kind
from sync import crypto
from sync.vault.keys import DataKey

FORMAT = 1
MOST_BYTES = 8 * 1024 * 1024  # each lost file is named: a hundred thousand of them
_PURPOSE = "backup"


@dataclass(frozen=True, slots=True)
class Manifest:
    """`made_at` is ISO 8601 in UTC; `files` gives SHA-256 in hex of the copy's own files, by name.

    `blobs` counts the files that the database names; those in `lost` were missing already when the copy was made.
    """

    workspace: str
    device: str
    made_at: str
    records: int
    waiting: int
    drafts: int
    blobs: int
    audit_entries: int
    audit_head: str
    files: Mapping[str, str]
    lost: tuple[str, ...] = ()

    def encode(self, key: DataKey) -> bytes:
        body = {"format": FORMAT, **asdict(self), "files": dict(self.files), "lost": list(self.lost)}
        return json.dumps({**body, "seal": _seal(body, key)}, ensure_ascii=False, indent=1).encode()


def read(data: bytes, *, path: str) -> Manifest:
    """What a manifest claims, not proven yet. Faults: vault.damaged, vault.newer."""
    return _manifest(_body(data, path), path)


def verified(data: bytes, key: DataKey, *, path: str) -> Manifest:
    """The manifest, written by who had `key`. Faults: vault.damaged, vault.newer."""
    body = _body(data, path)
    seal = body.pop("seal", "")
    if not isinstance(seal, str) or not crypto.same(seal.encode(), _seal(body, key).encode()):
        raise Fault("vault.damaged", Kind.DAMAGED, path=path)
    return _manifest(body, path)


def _body(data: bytes, path: str) -> dict[str, Any]:
    try:
        body: Any = json.loads(data) if len(data) <= MOST_BYTES else None
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict) or not isinstance(body.get("format"), int):
        raise Fault("vault.damaged", Kind.DAMAGED, path=path)
    if body["format"] > FORMAT:
        raise Fault("vault.newer", Kind.DAMAGED, path=path, found=body["format"], known=FORMAT)
    return body


def _manifest(body: dict[str, Any], path: str) -> Manifest:
    try:
        found = Manifest(**{name: value for name, value in body.items() if name not in ("format", "seal")})
        found = replace(found, lost=tuple(found.lost))
        texts = (
            *found.lost,
            found.workspace,
            found.device,
            found.made_at,
            found.audit_head,
            *found.files,
            *found.files.values(),
        )
        counts = (found.records, found.waiting, found.drafts, found.blobs, found.audit_entries)
        if not all(isinstance(text, str) for text in texts) or not all(type(count) is int for count in counts):
            raise TypeError
    except (TypeError, AttributeError):
        raise Fault("vault.damaged", Kind.DAMAGED, path=path) from None
    return found


def _seal(body: Mapping[str, Any], key: DataKey) -> str:
    data = json.dumps(body, ensure_ascii=False, sort_keys=True).encode()
    return crypto.keyed(key.purpose(_PURPOSE), data).hex()

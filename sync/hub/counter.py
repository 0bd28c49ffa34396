"""A township's window hands a village's bundle to its hub, which alone can open it, and gets the answer back.

The file comes in pieces, as attachments do, and lies sealed as it came until it is whole. What became of it, with the
answer for the village's laptops, waits for the window under the hash of what it sent.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from forms.casework.areas import code
from forms.errors import Fault, Kind
from sync import crypto
from sync.hub import stick
from sync.hub.accounts import Device
from sync.hub.service import Hub
from sync.protocol import AttachmentPart, AttachmentReply, Outcome, Role
from sync.vault import files, platform
from sync.wire import PART_LIMIT, cbor

SIZE_LIMIT = 512 * 1024 * 1024
KEPT = 86_400.0  # seconds
_OUTCOME = ".outcome"


class Counter:
    """`folder` is where bundles lie while they come in."""

    def __init__(self, hub: Hub, folder: Path) -> None:
        self._hub = hub
        self._folder = folder
        self._calls: dict[str, Callable[[AttachmentPart, Device], Any]] = {"bundle": self._take, "outcome": self._give}

    def call(self, name: str, message: AttachmentPart) -> AttachmentReply | AttachmentPart:
        """`bundle` takes a piece, `outcome` gives one of what became of it. Only a township's window may ask.

        Faults: hub.unknown_device, hub.revoked, hub.no_right, hub.attachment_size, hub.attachment_missing; with the
        last piece those of `stick.read_bundle`.
        """
        device = self._hub.asker(message)
        if device.role is not Role.TOWNSHIP:
            raise Fault("hub.no_right", Kind.DENIED, role=str(device.role))
        reply: AttachmentReply | AttachmentPart = self._calls[name](message, device)
        return reply

    def _take(self, message: AttachmentPart, device: Device) -> AttachmentReply:
        path = self._path(message, device)
        if not 0 < message.size <= SIZE_LIMIT:
            raise Fault("hub.attachment_size", Kind.DAMAGED, name=message.name, limit=SIZE_LIMIT)
        if path.with_suffix(_OUTCOME).exists():
            return self._reply(message, message.size, complete=True)
        with files.world(path):
            platform.private_folder(self._folder)
            here = path.stat().st_size if path.exists() else 0
            if message.offset == here and here + len(message.data) <= message.size:
                if here == 0:
                    self._sweep(device)
                with path.open("ab") as out:
                    out.write(message.data)
                here += len(message.data)
        if here < message.size:
            return self._reply(message, here, complete=False)
        return self._finish(message, device, path)

    def _finish(self, message: AttachmentPart, device: Device, path: Path) -> AttachmentReply:
        try:
            with path.open("rb") as file:
                found = crypto.digest_chunks(iter(lambda: file.read(crypto.CHUNK), b""))
            if found != message.hash:
                return self._reply(message, 0, complete=False)
            files.write(path.with_suffix(_OUTCOME), self._outcome(path, device))
        finally:
            path.unlink(missing_ok=True)
        return self._reply(message, message.size, complete=True)

    def _outcome(self, path: Path, device: Device) -> bytes:
        taken = stick.read_bundle(self._hub, path, within=device.area)
        answer = path.with_suffix(".answer")
        try:
            stick.write_answer(self._hub, answer, area=taken.area)
            sealed = answer.read_bytes()
        finally:
            answer.unlink(missing_ok=True)
        counts = {str(outcome): taken.outcomes[outcome] for outcome in Outcome}
        said = {
            "area": code(taken.area),
            "letters": taken.letters,
            "written_at": taken.written_at,
            "counts": counts,
            "files": taken.files,
            "refused": taken.refused,
            "review": taken.review,
            "went_back": taken.went_back,
        }
        return cbor.dumps([said, sealed])

    def _give(self, message: AttachmentPart, device: Device) -> AttachmentPart:
        path = self._path(message, device).with_suffix(_OUTCOME)
        if not path.exists():
            raise Fault("hub.attachment_missing", Kind.USAGE, name=message.name)
        with files.world(path), path.open("rb") as file:
            size = path.stat().st_size
            file.seek(min(message.offset, size))
            data = file.read(PART_LIMIT)
        reply = AttachmentPart(
            message.nonce, device.id, message.instance_id, message.name, message.hash, message.offset, size, data, b""
        )
        return self._hub.signed(reply)

    def _path(self, message: AttachmentPart, device: Device) -> Path:
        return self._folder / f"{device.id}-{message.hash.hex()}.bundle"

    def _reply(self, message: AttachmentPart, received: int, *, complete: bool) -> AttachmentReply:
        return self._hub.signed(AttachmentReply(message.nonce, received, complete, b""))

    def _sweep(self, device: Device) -> None:
        """One bundle of a window at a time; outcomes wait for a day."""
        for path in self._folder.glob("*.bundle"):
            if path.name.startswith(f"{device.id}-"):
                path.unlink(missing_ok=True)
        for path in self._folder.iterdir():
            if path.stat().st_mtime < time.time() - KEPT:
                path.unlink(missing_ok=True)

"""Bodies on their way in: what came before a line broke waits here, in memory, for the rest."""

from __future__ import annotations

import threading
from collections import OrderedDict

from forms.errors import Fault, Kind
from sync import crypto

ALL = 64 * 1024 * 1024  # bytes of all devices together; the one that was quiet longest goes first


class Bodies:
    """One unfinished body of each device. Thread-safe."""

    def __init__(self, *, most: int = ALL) -> None:
        self._most = most
        self._size = 0
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[bytes, bytearray]] = OrderedDict()

    def received(self, device: str, hash: bytes) -> int:
        """How many bytes of a body are here."""
        with self._lock:
            known, body = self._kept.get(device, (b"", bytearray()))
            return len(body) if known == hash else 0

    def begin(self, device: str, hash: bytes, offset: int) -> None:
        """What follows goes on from `offset`. Fault sync.body_gone where that much is not here any more."""
        with self._lock:
            known, body = self._kept.get(device, (b"", bytearray()))
            if offset and (known != hash or offset > len(body)):
                raise Fault("sync.body_gone", Kind.UNREACHABLE)
            if known != hash:
                self._size -= len(body)
                body = bytearray()
            self._size -= len(body) - offset
            del body[offset:]
            self._kept[device] = (hash, body)
            self._kept.move_to_end(device)

    def add(self, device: str, data: bytes) -> int:
        """Append what came; returns how much is here now."""
        with self._lock:
            if device not in self._kept:
                raise Fault("sync.body_gone", Kind.UNREACHABLE)
            _, body = self._kept[device]
            body += data
            self._size += len(data)
            self._kept.move_to_end(device)
            while self._size > self._most and len(self._kept) > 1:
                _, (_, oldest) = self._kept.popitem(last=False)
                self._size -= len(oldest)
            return len(body)

    def whole(self, device: str) -> bytes:
        """The body, if it is the announced one; it stays until another comes, since its answer may be lost."""
        with self._lock:
            hash, body = self._kept.get(device, (b"", bytearray()))
            if crypto.digest(bytes(body)) == hash:
                return bytes(body)
            self._size -= len(body)
            self._kept.pop(device, None)
        raise Fault("sync.body_gone", Kind.UNREACHABLE)

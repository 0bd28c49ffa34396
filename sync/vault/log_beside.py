"""Whether a write-ahead log belongs to the database beside it, seen before the library opens them.

The library copies a log back into whatever lies beside it, when it closes after a refusal too: another's log, put
there by hand with files of a copy, would destroy the database. Format: https://www.sqlite.org/fileformat2.html, 4.
"""

from __future__ import annotations

import struct
import time
from pathlib import Path

from forms.errors import Fault, Kind
from sync import crypto

_HEAD, _FRAME = 32, 24  # bytes before the log, and before each page in it
_MAGIC = (0x377F0682, 0x377F0683)  # words of checksums are little-endian, big-endian
_SIZE = crypto.DatabasePages.SIZE
_LOOKS, _PAUSE = 3, 0.02  # seconds; another process may be writing what is read


def refuse(path: Path, key: bytes) -> None:
    """Fault vault.wrong_key where a log lies there that the library would read and whose first page is not under `key`.

    The database's own first page may be half written: then the log has it whole.
    """
    log = path.with_name(path.name + "-wal")
    for look in range(_LOOKS):
        time.sleep(_PAUSE if look else 0)
        found, first = _read(log, _HEAD + _FRAME + _SIZE), _read(path, _SIZE)
        if len(first) < crypto.SALT_SIZE or not _stands(found):
            return
        pages = crypto.DatabasePages(key, first[: crypto.SALT_SIZE])
        if pages.open(found[_HEAD + _FRAME :], _number(found)) is not None:
            return
    raise Fault("vault.wrong_key", Kind.DAMAGED, path=str(log if pages.open(first, 1) is not None else path))


def _read(path: Path, size: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(size)
    except OSError:  # the library says why
        return b""


def _number(log: bytes) -> int:
    return int.from_bytes(log[_HEAD : _HEAD + 4], "big")


def _stands(log: bytes) -> bool:
    """Whether the library would read the first page of the log."""
    if len(log) < _HEAD + _FRAME + _SIZE or int.from_bytes(log[:4], "big") not in _MAGIC:
        return False
    order = "<" if int.from_bytes(log[:4], "big") == _MAGIC[0] else ">"
    salts, frame = log[16:24], log[_HEAD : _HEAD + _FRAME]
    told = struct.unpack(">II", log[24:32])
    if salts != frame[8:16] or _sums(log[:24], (0, 0), order) != told:
        return False
    sums = _sums(log[_HEAD + _FRAME :], _sums(frame[:8], told, order), order)
    return sums == struct.unpack(">II", frame[16:24])


def _sums(data: bytes, before: tuple[int, ...], order: str) -> tuple[int, ...]:
    one, two = before
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for place in range(0, len(words), 2):
        one = (one + words[place] + two) & 0xFFFFFFFF
        two = (two + words[place + 1] + one) & 0xFFFFFFFF
    return one, two

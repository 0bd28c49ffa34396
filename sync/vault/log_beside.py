"""Whether a log belongs to the database beside it, seen before the library opens them.

The library copies a log back into whatever lies beside it, when it closes after a refusal too: another's log, put
there by hand with files of a copy, would destroy the database. A write-ahead log holds new pages, a rollback journal
old ones. Formats: https://www.sqlite.org/fileformat2.html, sections 3 and 4.
"""

from __future__ import annotations

import struct
import time
from pathlib import Path

from forms.errors import Fault, Kind
from sync import crypto

_HEAD, _FRAME = 32, 24  # bytes before the log, and before each page in it
_MAGIC = (0x377F0682, 0x377F0683)  # words of checksums are little-endian, big-endian
_ROLLBACK = bytes.fromhex("d9d505f920a163d7")
_SIZE = crypto.DatabasePages.SIZE
_MOST = 65_536 + _SIZE + 8  # bytes to the end of the first page: a journal's head takes a sector
_LOOKS, _PAUSE = 3, 0.02  # seconds; another process may be writing what is read

Page = tuple[int, bytes]
"""Number, counted from 1, and content."""


def refuse(path: Path, key: bytes) -> None:
    """Fault vault.wrong_key where a log lies there that the library would read and whose first page is not under `key`.

    The database's own first page may be half written: then the log has it whole.
    """
    for ending, first_of in (("-wal", _of_log), ("-journal", _of_journal)):
        log = path.with_name(path.name + ending)
        for look in range(_LOOKS):
            time.sleep(_PAUSE if look else 0)
            found, first = first_of(_read(log, _MOST)), _read(path, _SIZE)
            if found is None or len(first) < crypto.SALT_SIZE:
                break
            pages = crypto.DatabasePages(key, first[: crypto.SALT_SIZE])
            if pages.open(found[1], found[0]) is not None:
                break
        else:
            raise Fault("vault.wrong_key", Kind.DAMAGED, path=str(log if pages.open(first, 1) is not None else path))


def _read(path: Path, size: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(size)
    except OSError:  # the library says why
        return b""


def _of_log(log: bytes) -> Page | None:
    """The first page of a write-ahead log, where the library would read it."""
    end = _HEAD + _FRAME + _SIZE
    if len(log) < end or int.from_bytes(log[:4], "big") not in _MAGIC:
        return None
    order = "<" if int.from_bytes(log[:4], "big") == _MAGIC[0] else ">"
    frame, page, told = log[_HEAD : _HEAD + _FRAME], log[_HEAD + _FRAME : end], struct.unpack(">II", log[24:32])
    if log[16:24] != frame[8:16] or _sums(log[:24], (0, 0), order) != told:
        return None
    if _sums(page, _sums(frame[:8], told, order), order) != struct.unpack(">II", frame[16:24]):
        return None
    return int.from_bytes(frame[:4], "big"), page


def _of_journal(journal: bytes) -> Page | None:
    """The first page of a rollback journal, where the library would read it."""
    if len(journal) < 28 or journal[:8] != _ROLLBACK:
        return None
    _, nonce, _, sector, size = struct.unpack(">5I", journal[8:28])
    record = journal[sector : sector + 4 + _SIZE + 4]
    if size != _SIZE or len(record) < _SIZE + 8:
        return None
    page = record[4 : 4 + _SIZE]
    told = (nonce + sum(page[place] for place in range(_SIZE - 200, 0, -200))) & 0xFFFFFFFF
    if told != int.from_bytes(record[-4:], "big"):
        return None
    return int.from_bytes(record[:4], "big"), page


def _sums(data: bytes, before: tuple[int, ...], order: str) -> tuple[int, ...]:
    one, two = before
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for place in range(0, len(words), 2):
        one = (one + words[place] + two) & 0xFFFFFFFF
        two = (two + words[place + 1] + one) & 0xFFFFFFFF
    return one, two

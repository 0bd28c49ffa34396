"""A body compressed whole: one byte that names how, then the bytes. Sizes are capped before anything is unpacked."""

from __future__ import annotations

import zlib
from enum import IntEnum
from functools import cache

import zstandard

from forms.errors import Fault, Kind
from sync.wire.cbor import malformed
from sync.wire.words import WORDS_1

LEVEL = 15  # on a hundred records as small as 19, in half the time
BEST_LEVEL = 19
PACKED_LIMIT = 4 * 1024 * 1024
PLAIN_LIMIT = 32 * 1024 * 1024
RATIO_LIMIT = 400  # a thousand equal records reach some 100
_WORDY = 8 * 1024  # a body larger than this has words enough of its own
_SMALL = 128  # below this a frame's header costs more than it saves
_FREE = 64 * 1024  # a small body may have any ratio
_PIECE = 2 * 1024


class Packing(IntEnum):
    PLAIN = 0
    ZSTD = 1
    GZIP = 2
    WORDS = 3  # zstd with a dictionary of what every message says


@cache
def _words() -> zstandard.ZstdCompressionDict:
    return zstandard.ZstdCompressionDict(WORDS_1, dict_type=zstandard.DICT_TYPE_RAWCONTENT)


def too_large(limit: int) -> Fault:
    return Fault("sync.too_large", Kind.DAMAGED, limit=limit)


def pack(data: bytes, *, packing: Packing = Packing.ZSTD, level: int = LEVEL) -> bytes:
    """`data` packed; left plain where that is shorter, and packed less well where nobody would dare to unpack it."""
    if packing is Packing.PLAIN or len(data) < _SMALL:
        return bytes([Packing.PLAIN]) + data
    if packing is Packing.ZSTD and len(data) <= _WORDY:
        packing = Packing.WORDS
    if packing is Packing.WORDS:
        packed = zstandard.ZstdCompressor(level=BEST_LEVEL, dict_data=_words(), write_checksum=False).compress(data)
    elif packing is Packing.ZSTD:
        packed = zstandard.ZstdCompressor(level=level, write_checksum=False).compress(data)
    else:
        packed = zlib.compress(data, 9, wbits=31)
    if len(packed) >= len(data):
        return bytes([Packing.PLAIN]) + data
    if len(data) > max(_FREE, RATIO_LIMIT * len(packed)):
        packing, packed = Packing.GZIP, _gzip_in_pieces(data)
    return bytes([packing]) + packed


def _gzip_in_pieces(data: bytes) -> bytes:
    """As gzip, each piece by itself, which takes some 15 bytes whatever it holds."""
    packer = zlib.compressobj(9, wbits=31)
    made = [
        packer.compress(data[start : start + _PIECE]) + packer.flush(zlib.Z_FULL_FLUSH)
        for start in range(0, len(data), _PIECE)
    ]
    return b"".join(made) + packer.flush()


def unpack(data: bytes, *, limit: int = PLAIN_LIMIT) -> bytes:
    """What was packed. More than `limit` bytes, or more than the ratio allows, are refused before they are made."""
    if not data:
        raise malformed("packing")
    if len(data) > PACKED_LIMIT:
        raise too_large(PACKED_LIMIT)
    body = data[1:]
    most = min(limit, max(_FREE, RATIO_LIMIT * len(body)))
    if data[0] == Packing.PLAIN:
        if len(body) > limit:
            raise too_large(limit)
        return body
    if data[0] in (Packing.ZSTD, Packing.WORDS):
        return _unzstd(body, most, words=data[0] == Packing.WORDS)
    if data[0] == Packing.GZIP:
        return _ungzip(body, most)
    raise malformed("packing")


def _unzstd(body: bytes, most: int, *, words: bool) -> bytes:
    """One frame that says its size, and nothing after it."""
    try:
        frame = zstandard.get_frame_parameters(body)
    except zstandard.ZstdError:
        raise malformed("packing") from None
    if frame.content_size == zstandard.CONTENTSIZE_UNKNOWN or frame.dict_id:
        raise malformed("packing")
    if frame.content_size > most or frame.window_size > PLAIN_LIMIT:
        raise too_large(most)
    known = _words() if words else None
    reader = zstandard.ZstdDecompressor(max_window_size=PLAIN_LIMIT, dict_data=known).decompressobj()
    try:
        plain = reader.decompress(body)
    except zstandard.ZstdError:
        raise malformed("packing") from None
    if not reader.eof or reader.unused_data or len(plain) != frame.content_size:
        raise malformed("packing")
    return plain


def _ungzip(body: bytes, most: int) -> bytes:
    reader = zlib.decompressobj(wbits=31)
    try:
        plain = reader.decompress(body, most)
    except zlib.error:
        raise malformed("packing") from None
    if reader.unconsumed_tail:
        raise too_large(most)
    if not reader.eof or reader.unused_data:
        raise malformed("packing")
    return plain

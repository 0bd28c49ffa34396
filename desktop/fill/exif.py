"""Where a photograph was taken, as its Exif block says; pure.

Source: CIPA DC-008 (Exif 2.32), sections 4.5 (TIFF structure) and 4.6.6 (GPS tags).
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass

GPS_BLOCK = 0x8825
LATITUDE_REF, LATITUDE, LONGITUDE_REF, LONGITUDE = 1, 2, 3, 4
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8}
MOST_ENTRIES = 200


@dataclass(frozen=True, slots=True)
class Position:
    latitude: float
    longitude: float


def position(data: bytes) -> Position | None:
    """Degrees north and east of a JPEG's Exif block; None where it has none or a broken one."""
    block = _exif(data)
    if block is None or block[:2] not in (b"II", b"MM"):
        return None
    order = "<" if block[:2] == b"II" else ">"
    try:
        first = _entries(block, struct.unpack_from(f"{order}I", block, 4)[0], order)
        if GPS_BLOCK not in first:
            return None
        gps = _entries(block, struct.unpack(f"{order}I", first[GPS_BLOCK][:4])[0], order)
        latitude = _degrees(gps, LATITUDE, order) * (-1 if gps[LATITUDE_REF][:1] == b"S" else 1)
        longitude = _degrees(gps, LONGITUDE, order) * (-1 if gps[LONGITUDE_REF][:1] == b"W" else 1)
    except (struct.error, KeyError, ZeroDivisionError):
        return None
    if abs(latitude) > 90 or abs(longitude) > 180 or (latitude == 0 == longitude):
        return None
    return Position(latitude, longitude)


def _exif(data: bytes) -> bytes | None:
    """The TIFF block in a JPEG's APP1 segment."""
    at = 2
    if data[:2] != b"\xff\xd8":
        return None
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
        size = int.from_bytes(data[at + 2 : at + 4], "big")
        if data[at + 1] == 0xE1 and data[at + 4 : at + 10] == b"Exif\x00\x00":
            return data[at + 10 : at + 2 + size]
        at += 2 + max(2, size)
    return None


def _entries(block: bytes, at: int, order: str) -> Mapping[int, bytes]:
    """A directory: the value bytes by tag."""
    count = min(struct.unpack_from(f"{order}H", block, at)[0], MOST_ENTRIES)
    found: dict[int, bytes] = {}
    for nth in range(count):
        tag, kind, number, value = struct.unpack_from(f"{order}HHI4s", block, at + 2 + 12 * nth)
        size = SIZES.get(kind, 0) * number
        if size > 4:
            start = struct.unpack(f"{order}I", value)[0]
            value = block[start : start + size]
        found[tag] = value
    return found


def _degrees(gps: Mapping[int, bytes], tag: int, order: str) -> float:
    """Degrees, minutes and seconds, each a fraction."""
    parts = struct.unpack(f"{order}6I", gps[tag][:24])
    degrees, minutes, seconds = (parts[at] / parts[at + 1] for at in (0, 2, 4))
    return float(degrees + minutes / 60 + seconds / 3600)

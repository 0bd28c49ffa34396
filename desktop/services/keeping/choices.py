"""Choices that a workspace keeps for the people who work in it: their settings, what they may be, what they are."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

PHOTO_SIZE, PHOTO_FOLDER = "photo.size", "photo.folder"
OWN_POINT = "village.point"  # "LATITUDE LONGITUDE" of the village, "" while nobody wrote it
REVEAL = "reveal.seconds"  # how long what is masked stays readable after F7 was let go
REVEAL_SECONDS = (0, 5, 15, 30)


class PhotoSize(StrEnum):
    """How photographs are kept; the value is what the setting holds."""

    SMALL = "small"
    USUAL = "usual"
    LARGE = "large"


@dataclass(frozen=True, slots=True)
class Measure:
    """`longest`: pixels of the longer edge; `quality`: of JPEG, 1 to 100."""

    longest: int
    quality: int


MEASURES = {PhotoSize.SMALL: Measure(1024, 70), PhotoSize.USUAL: Measure(1600, 80), PhotoSize.LARGE: Measure(2560, 90)}


def photo_size(said: str) -> PhotoSize:
    return PhotoSize(said) if said in set(PhotoSize) else PhotoSize.USUAL


def reveal_seconds(said: str) -> int:
    return int(said) if said.isdecimal() and int(said) in REVEAL_SECONDS else REVEAL_SECONDS[0]

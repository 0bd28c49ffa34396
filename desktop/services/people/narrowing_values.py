"""By what the list of people is narrowed, and where somebody stands in it; no logic."""

from __future__ import annotations

from dataclasses import dataclass

from sync.store.api import Beside

__all__ = ["Beside", "Narrowings"]


@dataclass(frozen=True, slots=True)
class Narrowings:
    """(code, label) of the places below one's own area: groups in a village, villages above; of the groups of people
    that are looked after.
    """

    places: tuple[tuple[str, str], ...]
    tags: tuple[tuple[str, str], ...]

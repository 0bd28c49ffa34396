"""Who is registered, by name alone: to find them in what people said about each other."""

from __future__ import annotations

from dataclasses import dataclass, field

from sync.store.api import Store

RESIDENTS = "residents"
SHORTEST = 2


@dataclass(slots=True)
class Register:
    """Kept for a connection, and read anew when somebody came or went."""

    _known: tuple[str, int] = ("", -1)
    _names: frozenset[str] = field(default_factory=frozenset, repr=False)

    def names(self, store: Store, area: str) -> frozenset[str]:
        """Full names of the residents below the path `area`."""
        now = area, store.entities.count(RESIDENTS, area=area)
        if now != self._known:
            labels = (item.label.strip() for item in store.entities.all(RESIDENTS, area=area))
            self._names = frozenset(label for label in labels if len(label) >= SHORTEST)
            self._known = now
        return self._names

"""Where one was: Alt+Left goes back, Alt+Right forward again."""

from __future__ import annotations

from desktop.pages.parts.places import Place

LENGTH = 50


class History:
    """Places in the order of visiting them; going somewhere new forgets what was ahead."""

    def __init__(self, start: Place) -> None:
        self._places = [start]
        self._at = 0

    @property
    def here(self) -> Place:
        return self._places[self._at]

    def go(self, place: Place) -> None:
        if place == self.here:
            return
        self._places = [*self._places[: self._at + 1], place][-LENGTH:]
        self._at = len(self._places) - 1

    def replace(self, place: Place) -> None:
        """This place became another one: a form that was handed in is not gone back to."""
        self._places[self._at] = place

    def back(self) -> Place | None:
        if self._at == 0:
            return None
        self._at -= 1
        return self.here

    def forward(self) -> Place | None:
        if self._at + 1 >= len(self._places):
            return None
        self._at += 1
        return self.here

"""An overview without charts: why there are none yet, and what to do next, for each role."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.pages.parts.page import PageContext
from desktop.pages.parts.places import Name, Place
from desktop.widgets.card import EmptyState
from sync.protocol import Role

_FETCH = ("overview.empty_fetch", "overview.empty_fetch_go", Place(Name.HAND_OVER))
_FIRST: Mapping[Role, tuple[str, str, Place]] = {
    Role.VILLAGE: ("overview.empty_village", "pages.start_request", Place(Name.ASK)),
    Role.TOWNSHIP: ("overview.empty_township", "overview.empty_township_go", Place(Name.INBOX)),
    Role.DEPARTMENT: _FETCH,
    Role.SUPERVISOR: _FETCH,
}
"""What is said where there is nothing at all, the button's words and where it leads."""


class FewFigures(EmptyState):
    """With a few requests the button shows those; without any it begins what brings the first ones."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context.theme, context.text("overview.empty_none"), icon="chart-bar", action=" ")
        self._context = context
        self._place = Place(Name.HAND_OVER)
        if self.action is not None:
            self.action.setAutoDefault(True)
            self.action.clicked.connect(lambda _=False: context.go(self._place))
        self.put(0)

    def put(self, count: int) -> None:
        """So many requests there are."""
        t, role = self._context.text, self._context.me.role
        said, go, self._place = _FIRST[role]
        words, action = t(said), t(go)
        if count:
            self._place = Place(Name.REQUESTS if role is Role.VILLAGE else Name.BOARD)
            words, action = t("overview.empty_few", count=count), t("overview.empty_few_go", count=count)
        self.sentence.setText(words)
        self.setAccessibleName(words)
        if self.action is not None:
            self.action.setText(action)
            self.action.setAccessibleName(action)

    def take_focus(self) -> None:
        """Onto the button."""
        if self.action is not None:
            self.action.setFocus()

"""Who asked, in the drawer of a request: face, name, where, and telephones that are covered until somebody looks."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QWidget

from desktop.pages.board.detail_parts import dotted
from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import act, face
from desktop.services.api import Desk
from desktop.services.keeping.choices import REVEAL, reveal_seconds
from desktop.services.values import Asker, RequestDetail, Unnamed
from desktop.widgets.basics import button, column, label, reveal, row
from sync.protocol import Role


class WhoLine(QWidget):
    """`asked` where everything about the person is wanted. While its eye or F7 is held, telephones are whole; each
    look is logged."""

    asked = Signal()

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._detail: RequestDetail | None = None
        self._held = False
        self._stays = 0  # seconds that a telephone stays readable after it was let go
        self._cover = QTimer(self, singleShot=True)
        self._cover.timeout.connect(self.cover)
        theme, t = context.theme, context.text
        line = row(self, gap=theme.scale.s)
        self._face = QLabel()
        line.addWidget(self._face, 0, Qt.AlignmentFlag.AlignTop)
        lines = column(gap=1)
        self._name, self._place = label("", "strong", wrap=True), label("", "small", wrap=True)
        self._phones = label("", "small", wrap=True, selectable=True)
        self._eye = button(theme, "", kind="tool", icon="eye", name=t("widgets.reveal"), tip=t("widgets.reveal_tip"))
        self._eye.pressed.connect(self.hold)
        self._eye.released.connect(self.let_go)
        called = row(gap=theme.scale.xs)
        called.addWidget(self._phones, 1)
        called.addWidget(self._eye)
        lines.addWidget(self._name)
        lines.addWidget(self._place)
        lines.addLayout(called)
        line.addLayout(lines, 1)
        self._whole = act(theme, t("pages.whole_person"), self.asked.emit, kind="link", small=True)
        line.addWidget(self._whole, 0, Qt.AlignmentFlag.AlignTop)

    def show_asker(self, detail: RequestDetail) -> None:
        """Nobody's face where there is no name: then it says why."""
        self._cover.stop()
        self._detail = detail
        asker, me = detail.asker, self._context.me
        name, house_no = (asker.name, asker.house_no) if asker is not None else (detail.row.who, "")
        if name:
            drawn = face(self._context.theme, name)
            self._face.setPixmap(drawn.pixmap())
            self._face.setFixedSize(drawn.size())
        self._name.setText(name)
        self._place.setText(dotted(detail.row.area_label, self._context.words.house(house_no) if house_no else ""))
        reveal(self._face, bool(name))
        reveal(self._name, bool(name))
        reveal(self._place, bool(self._place.text()))
        reveal(self._whole, detail.person is not None and me.role in (Role.VILLAGE, Role.TOWNSHIP))
        reveal(self._eye, asker is not None and asker.covered and me.role is not Role.SUPERVISOR)
        if asker is not None:
            self._say(asker)

    def hold(self) -> bool:
        """Fetch what is covered, which is logged; whether there is anything."""
        detail = self._detail
        if detail is None or self._eye.isHidden():
            return False
        uuid, self._held = detail.row.uuid, True
        self._cover.stop()

        def look(desk: Desk) -> tuple[Asker, int]:
            return desk.requests.reveal(uuid), reveal_seconds(desk.settings.get(REVEAL))

        self._context.lanes.write(self, look, lambda found: self._uncover(uuid, *found), failed=self._context.failed)
        return True

    def let_go(self) -> None:
        self._held = False
        self._cover.start(self._stays * 1000)

    def cover(self) -> None:
        self._cover.stop()
        if self._detail is not None and self._detail.asker is not None:
            self._say(self._detail.asker)

    def _uncover(self, uuid: str, asker: Asker, stays: int) -> None:
        """Where it was let go before it was here, it stays for as long as was chosen."""
        if self._detail is None or self._detail.row.uuid != uuid:
            return
        self._stays = stays
        self._say(asker)
        if not self._held:
            self._cover.start(max(1, stays) * 1000)

    def _say(self, asker: Asker) -> None:
        words = "\n".join(self._telephones(asker)) if asker.unnamed is None else self._why(asker.unnamed)
        self._phones.setText(words)
        reveal(self._phones, bool(words))

    def _telephones(self, asker: Asker) -> list[str]:
        """The one for this request with its day, and the register's where it is another."""
        t = self._context.text
        if not asker.phone:
            return [t("board.phone_known", phone=asker.now) if asker.now else t("board.phone_none")]
        day = self._context.words.brief(asker.noted) if asker.noted is not None else ""
        said = [t("board.phone_noted", phone=asker.phone, day=day)]
        return [*said, t("board.phone_now", phone=asker.now)] if asker.now else said

    def _why(self, unnamed: Unnamed) -> str:
        """Who has the register has nothing to be told but that nobody alone asked."""
        if unnamed is not Unnamed.PUBLIC and self._context.me.role is not Role.DEPARTMENT:
            return ""
        return self._context.text(f"board.unnamed_{unnamed}")


def reveals(event: QKeyEvent) -> bool:
    """F7, or Alt+7 where there are no F-keys."""
    twin = event.key() == Qt.Key.Key_7 and event.modifiers() == Qt.KeyboardModifier.AltModifier
    return twin or event.key() == Qt.Key.Key_F7

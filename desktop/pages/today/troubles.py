"""What is wrong with the computer or its copies, as banners on the page of the day, each with what mends it."""

from __future__ import annotations

import sys
from collections.abc import Callable

from desktop.pages.parts.notice import Notice
from desktop.pages.parts.page import PageContext
from desktop.pages.parts.places import Name, Place
from desktop.services.keeping.health import Alarm, Trouble
from desktop.theme.tokens import Tone
from forms.text import Text

DATE_SETTINGS = "ms-settings:dateandtime"
CLOCKS = (Alarm.CLOCK, Alarm.CLOCK_BACK, Alarm.CLOCK_HUB)
MENDED = (Alarm.BACKUP, Alarm.BACKUP_OLD)  # by another copy, now
GRAVE = (Alarm.DISK, Alarm.BACKUP, *CLOCKS)


def notice_of(context: PageContext, trouble: Trouble, look_again: Callable[[], None]) -> Notice:
    """The banner of a trouble; `look_again` is what one does after the date was put right."""
    t, alarm = context.text, trouble.alarm
    values = {**trouble.values}
    if alarm is Alarm.BACKUP:
        values["code"] = said(values.get("code", ""), t)
    tone = Tone.BAD if alarm in GRAVE else Tone.WARN
    title, detail = t(f"services.alarm_{alarm.value}", **values), t(f"copies.detail_{alarm.value}")
    if alarm in CLOCKS and sys.platform == "win32":
        return Notice(tone, title, detail, t("copies.set_date"), _open_date_settings)
    if alarm in CLOCKS:
        return Notice(tone, title, detail, t("copies.look_again"), look_again)
    there = Place(Name.BACKUP, tab="run" if alarm in MENDED else "")
    action = t("copies.now" if alarm in MENDED else "copies.open")
    return Notice(tone, title, detail, action, lambda: context.go(there))


def said(code: str, text: Text) -> str:
    """What a fault's code means, where its words need no values; else that it did not go."""
    try:
        return text(code)
    except (KeyError, IndexError):
        return text("copies.went_wrong")


def _open_date_settings() -> None:
    from PySide6.QtCore import QUrl
    from PySide6.QtGui import QDesktopServices

    QDesktopServices.openUrl(QUrl(DATE_SETTINGS))

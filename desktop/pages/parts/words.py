"""Dates, time limits and statuses as people say them; the one table of statuses with tone and icon."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from desktop.services.clock import Clock
from desktop.services.values import RecordState, RequestRow, RequestState, TimelineKind
from desktop.theme.tokens import Tone
from desktop.widgets.lunar import lunar_of
from desktop.widgets.mark import Mark
from forms.text import Text
from sync.protocol import Role


@dataclass(frozen=True, slots=True)
class Sign:
    """How a status looks beside its word: never by colour alone."""

    tone: Tone
    icon: str


S = RequestState
STATES: dict[RequestState, Sign] = {
    S.DRAFT: Sign(Tone.WARN, "note-pencil"),
    S.READY: Sign(Tone.WARN, "clock-fill"),
    S.SENT: Sign(Tone.MUTE, "hourglass"),
    S.ARRIVED: Sign(Tone.MUTE, "tray"),
    S.TAKEN_UP: Sign(Tone.INFO, "circle-half-fill"),
    S.RETURNED: Sign(Tone.WARN, "arrow-bend-up-left"),
    S.ASSIGNED: Sign(Tone.INFO, "circle-half-fill"),
    S.FORWARDED: Sign(Tone.MUTE, "arrow-square-out"),
    S.ANSWERED: Sign(Tone.TELL, "megaphone-fill"),
    S.TOLD: Sign(Tone.OK, "check-circle-fill"),
    S.CLOSED: Sign(Tone.OK, "check-circle-fill"),
    S.REOPENED: Sign(Tone.BAD, "arrow-counter-clockwise"),
}
RECORDS: dict[RecordState, Sign] = {
    RecordState.WAITING: Sign(Tone.WARN, "clock-fill"),
    RecordState.SENT: Sign(Tone.MUTE, "hourglass"),
    RecordState.ACKNOWLEDGED: Sign(Tone.OK, "check-circle-fill"),
    RecordState.HELD: Sign(Tone.MUTE, "clock"),
    RecordState.REJECTED: Sign(Tone.BAD, "x-circle-fill"),
    RecordState.PULLED: Sign(Tone.MUTE, "download-simple"),
}
K = TimelineKind
KINDS: dict[TimelineKind, Sign] = {
    K.REGISTERED: Sign(Tone.MUTE, "user-plus"),
    K.CHANGED: Sign(Tone.MUTE, "pencil-simple"),
    K.VISITED: Sign(Tone.MUTE, "house-line"),
    K.REQUEST: Sign(Tone.INFO, "clipboard-text"),
    K.TAKEN_UP: Sign(Tone.INFO, "tray"),
    K.ASSIGNED: Sign(Tone.INFO, "arrow-bend-up-right"),
    K.RETURNED: Sign(Tone.WARN, "arrow-bend-up-left"),
    K.SUPPLEMENTED: Sign(Tone.INFO, "plus-circle"),
    K.FORWARDED: Sign(Tone.MUTE, "arrow-square-out"),
    K.PROGRESS: Sign(Tone.INFO, "circle-half-fill"),
    K.ANSWERED: Sign(Tone.TELL, "megaphone-fill"),
    K.TOLD: Sign(Tone.OK, "check-circle-fill"),
    K.CLOSED: Sign(Tone.OK, "check-circle-fill"),
    K.REOPENED: Sign(Tone.BAD, "arrow-counter-clockwise"),
    K.LATE: Sign(Tone.MUTE, "clock"),
    K.MERGED: Sign(Tone.INFO, "git-merge"),
    K.PARTED: Sign(Tone.MUTE, "arrow-bend-up-left"),
}
BOTH = re.compile(r"(?P<zh>[㐀-鿿].*[㐀-鿿）])\s+(?P<en>[A-Za-z].*)$")
BRIEF = 3  # letters of a month; "11月" has as many
SOON = 1  # working days left from which a time limit is shown as urgent
ENDED = (S.TOLD, S.CLOSED)
AT_TOWNSHIP = (Role.TOWNSHIP, Role.DEPARTMENT, Role.SUPERVISOR)


class Words:
    """Says values in the window's language, from the reader's side: a village reads other words than a township."""

    def __init__(self, text: Text, clock: Clock, role: Role) -> None:
        self.text = text
        self._clock = clock
        self._side = "township" if role in AT_TOWNSHIP else "village"

    def today(self) -> date:
        return self._clock.now().date()

    def state(self, state: RequestState) -> str:
        key = f"shell.state_{state.value}"
        sided = f"{key}_{self._side}"
        return self.text(sided if sided in self.text else key)

    def mark(self, state: RequestState) -> Mark:
        """The status as a chip."""
        to_assign = self._side == "township" and state is S.ARRIVED  # for the township it is work, not news
        sign = STATES[S.TAKEN_UP if to_assign else state]
        return Mark(self.state(state), sign.tone, sign.icon)

    def outcome(self, outcome: str) -> str:
        key = f"shell.outcome_{outcome}"
        return self.text(key) if outcome and key in self.text else outcome

    def record(self, state: RecordState) -> Mark:
        sign = RECORDS[state]
        return Mark(self.text(f"shell.record_{state.value}"), sign.tone, sign.icon)

    def long_day(self, day: date) -> str:
        """The day with its weekday, as it stands under a page's title."""
        return self.text("shell.long_day", day=self._date(day), weekday=self.weekday(day))

    def full_day(self, day: date) -> str:
        """As `long_day`, in Chinese with the day of the lunar calendar."""
        lunar = lunar_of(day) if self.text.language == "zh" else None
        words = self.long_day(day)
        return f"{words} · 农历{lunar.name}" if lunar is not None else words

    def weekday(self, day: date) -> str:
        return self.text(f"shell.weekday_{day.isoweekday()}")

    def form_title(self, title: str) -> str:
        """A title in both languages, Chinese first as the pack writes it, in the window's one."""
        found = BOTH.match(title)
        if found is None:
            return title
        return found["zh"] if self.text.language == "zh" else found["en"]

    def day(self, day: date) -> str:
        """Near days by name, this year's by month and day, others in full."""
        ago = (self.today() - day).days
        if ago in (0, 1, -1):
            return self.text({0: "shell.today", 1: "shell.yesterday", -1: "shell.tomorrow"}[ago])
        return day.isoformat() if day.year != self.today().year else self._date(day)

    def brief(self, day: date) -> str:
        """As `day`, the month in three letters: for a line that has little room."""
        near = abs((self.today() - day).days) <= 1 or day.year != self.today().year
        name = self.text(f"shell.month_{day.month}")[:BRIEF]
        return self.day(day) if near else self.text("shell.date", day=day.day, name=name)

    def moment(self, when: datetime) -> str:
        """Day and time of a moment, in the zone of the clock."""
        local = when.astimezone(self._clock.zone) if when.tzinfo else when
        if abs((self.today() - local.date()).days) <= 1 or local.year == self.today().year:
            return f"{self.day(local.date())} {local:%H:%M}"
        return self.day(local.date())

    def brief_moment(self, when: datetime) -> str:
        """As `moment`, the month in three letters: for a column."""
        local = when.astimezone(self._clock.zone) if when.tzinfo else when
        return f"{self.brief(local.date())} {local:%H:%M}"

    def ago(self, when: datetime) -> str:
        """How long ago in days, in words."""
        local = when.astimezone(self._clock.zone) if when.tzinfo else when
        days = max(0, (self.today() - local.date()).days)
        return self.text("shell.today") if days == 0 else self.text("shell.days_ago", days=days)

    def contact(self, when: datetime | None) -> str:
        """When the township was last reached."""
        if when is None:
            return self.text("pages.never_contact")
        moment, ago = self.brief_moment(when), self.ago(when)
        if moment.startswith(ago):
            return self.text("pages.last_hand_over_today", when=moment)
        return self.text("pages.last_hand_over", when=moment, ago=ago)

    def due(self, row: RequestRow) -> tuple[str, Tone]:
        """The time limit in words ("1 day left", "3 days overdue", "clock stopped") and its tone."""
        t = self.text
        if row.state in (S.ANSWERED, *ENDED):
            return t("shell.due_answered"), Tone.OK
        if row.state is S.FORWARDED:
            return t("shell.due_county"), Tone.MUTE
        if row.paused or row.state is S.RETURNED:
            return t("shell.due_paused"), Tone.MUTE
        left = row.days_left
        if left is None:
            return t("shell.due_none"), Tone.MUTE
        if left < 0:
            return self.text("shell.due_over", days=-left), Tone.BAD
        if left == 0:
            return t("shell.due_today"), Tone.WARN
        words = self.text("shell.due_left", days=left)
        if row.provisional:
            words = t("shell.due_about", words=words)
        return words, Tone.WARN if left <= SOON else Tone.MUTE

    def where(self, row: RequestRow) -> str:
        """One sentence for the village: where this request is now."""
        due, _ = self.due(row)
        values = {"dept": row.department_label or row.department, "due": due}
        values["limit"] = self.text("shell.where_limit", due=due) if row.days_left is not None else ""
        values["answer"] = row.answer or self.outcome(row.outcome)
        values["text"] = row.returned_text
        values["told"] = self.day(row.told_on) if row.told_on else ""
        key = f"shell.where_{row.state.value}"
        return self.text(key, **values)

    def person(self, *, sex: str, age: int | None, area: str, house_no: str = "") -> str:
        """ "男 · 54 岁 · 3 组 27 号", leaving out what is not known."""
        parts = [
            self.text(f"shell.sex_{sex}") if sex in ("m", "f") else "",
            self.text("shell.age", age=age) if age is not None else "",
            " ".join(part for part in (area, self.house(house_no)) if part),
        ]
        return " · ".join(part for part in parts if part)

    def house(self, number: str) -> str:
        """A door number with its word; 9号 and 9 are the same, other words stay as they were written."""
        bare = number.strip().removesuffix("号")
        return self.text("shell.house", no=bare) if bare.isdigit() else number

    def size(self, count: int) -> str:
        """A number of bytes for people."""
        if count >= 1_000_000:
            return f"{count / 1_000_000:.1f} MB"
        return f"{max(1, round(count / 1000))} KB" if count else "0 KB"

    def _date(self, day: date) -> str:
        return self.text("shell.date", day=day.day, name=self.text(f"shell.month_{day.month}"))


def sentences(text: Text, *said: str) -> str:
    """One after the other, as the language sets them: Chinese has no blank between them."""
    return ("" if text.language == "zh" else " ").join(filter(None, said))


def week_end(day: date) -> date:
    """The Sunday of the week of `day`."""
    return day + timedelta(days=7 - day.isoweekday())

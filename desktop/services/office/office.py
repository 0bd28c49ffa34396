"""What an office does with the computer that receives the villages: who belongs to it, lists, forms, sticks, copies.

Nothing of it touches the workspace's store; it belongs into a NET thread.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from desktop.services.clock import Clock
from desktop.services.context import labelled
from desktop.services.filling.forms import read_form
from desktop.services.given_file import read_given
from desktop.services.office import hub_lists, pack_forms
from desktop.services.office.office_values import (
    CalendarDay,
    DeviceRow,
    FormCheck,
    Invitation,
    Listed,
    OfficeState,
    ToReview,
)
from desktop.services.office.pack_forms import NewerForm
from desktop.services.office.reception import Reception
from desktop.services.rights import Actor, Use, needs
from forms.api import FormProblem, Severity
from forms.casework import lists
from forms.casework.areas import code
from forms.check import check
from forms.errors import Fault, Kind
from forms.load import load_form
from forms.text import Text
from sync.hub import admin, copies, sql
from sync.hub.forms import newest_form
from sync.protocol import Outcome, Role

INVITED_ROLES = (Role.VILLAGE, Role.TOWNSHIP, Role.DEPARTMENT, Role.SUPERVISOR)
BACKUP_ENDING = ".hamlet-hub"
REVIEW = "revoked"  # why a record is in quarantine
BACKED = "backup.made"


@dataclass(frozen=True, slots=True)
class Office:
    """`own` is the device of this workspace."""

    reception: Reception
    actor: Actor
    text: Text
    clock: Clock
    own: str = ""

    @needs(Use.OFFICE)
    def state(self) -> OfficeState:
        reception = self.reception
        if not reception.running:
            return OfficeState("", "", running=False)
        hub = reception.hub
        found = admin.stats(hub)
        return OfficeState(
            name=hub.identity.name,
            area_label=hub.areas().label(code(hub.identity.area), self.text.language),
            running=True,
            addresses=reception.addresses(),
            fingerprint=reception.fingerprint,
            port=reception.port,
            records=found.records,
            devices=found.devices,
            review=len(self.to_review()),
            alarms=found.alarms,
            backup=self._local(hub.read(_last_backup)),
        )

    # who belongs to it

    @needs(Use.OFFICE)
    def devices(self) -> tuple[DeviceRow, ...]:
        """Those in use first, in the order of their areas."""
        areas, language = self.reception.hub.areas(), self.text.language
        rows = [
            DeviceRow(
                id=each.id,
                letters=each.letters,
                person=each.person,
                role=each.role,
                area=code(each.area),
                area_label=areas.label(code(each.area), language),
                departments=each.departments,
                seen=self._local(each.seen_at),
                revoked=each.revoked,
                here=each.id == self.own,
            )
            for each in admin.devices(self.reception.hub)
        ]
        return tuple(sorted(rows, key=lambda row: (row.revoked, row.area, row.letters)))

    @needs(Use.OFFICE)
    def areas(self) -> tuple[tuple[str, str], ...]:
        """(code, label) of the areas that somebody can be invited for: this office's own and its villages."""
        areas, own = self.reception.hub.areas(), code(self.reception.hub.identity.area)
        known = ((each, areas.get(each)) for each in dict.fromkeys((own, *areas.below(own))))
        return tuple(
            (each, areas.label(each, self.text.language))
            for each, area in known
            if area is not None and (each == own or area.level in ("township", "village"))
        )

    @needs(Use.OFFICE)
    def invite(self, *, area: str, role: Role, departments: Sequence[str] = (), file: Path | None = None) -> Invitation:
        """A code for 15 minutes, or with `file` for a week and without a network. Faults as `admin.invite`."""
        hub, urls = self.reception.hub, self.reception.addresses()
        made = admin.invite(hub, area=area, role=role, departments=departments, file=file, urls=urls)
        table = self._table(lists.DEPARTMENTS)
        return Invitation(
            code=made.code,
            expires=self._local(made.expires),
            fingerprint=made.fingerprint,
            url=urls[0],
            role=role,
            area_label=hub.areas().label(area, self.text.language),
            department_labels=tuple(labelled(table, each, self.text.language) for each in departments),
            file=file,
        )

    @needs(Use.OFFICE)
    def revoke(self, device: str) -> None:
        """Shut a computer out from its next request on. Faults: office.own_device, hub.no_device."""
        if device == self.own:
            raise Fault("office.own_device", Kind.USAGE)
        admin.revoke(self.reception.hub, device)

    @needs(Use.OFFICE)
    def to_review(self) -> tuple[ToReview, ...]:
        """What computers had finished before they were shut out."""
        hub = self.reception.hub
        devices = {row.id: row for row in admin.devices(hub)}
        areas = hub.areas()
        found = []
        for each in admin.list_quarantined(hub):
            device = devices.get(each.device)
            if each.reason == REVIEW and device is not None:
                village = areas.label(code(device.area), self.text.language)
                found.append(ToReview(each.id, each.device, self._local(each.at), device.person, village))
        return tuple(found)

    @needs(Use.OFFICE)
    def accept(self, ids: Sequence[str]) -> Mapping[str, str]:
        """Let records of a computer that was shut out count; for each "" or the words why it cannot."""
        done = {}
        for id in ids:
            result = admin.accept(self.reception.hub, id)
            refused = result.outcome is Outcome.REJECTED
            done[id] = self.text(f"sync.reason_{result.reason}") if refused else ""
        return done

    # copies

    @needs(Use.OFFICE)
    def back_up(self, folder: Path, *, step: copies.Step = copies.quiet) -> Path:
        """A copy of the whole reception, read again; those past their time go. Faults as `copies.to_file`.

        `step` hears of bytes done and all, and may raise to stop, which leaves nothing half.
        """
        now, reception = self.clock.now(), self.reception
        target = folder / f"{now:%Y%m%d-%H%M%S}{BACKUP_ENDING}"
        made = copies.to_file(reception.hub, reception.folder, reception.key, target, step=step)
        copies.expire(folder, reception.key, reception.hub.identity.hub, now=reception.clock.instant())
        return made.path

    # lists

    @needs(Use.OFFICE)
    def departments(self) -> tuple[tuple[str, str, str], ...]:
        """(code, Chinese name, English name)."""
        rows = self._table(lists.DEPARTMENTS).values()
        return tuple((row["name"], row["label"], row.get("label_en", "")) for row in rows)

    @needs(Use.OFFICE)
    def name_department(self, name: str, label: str, label_en: str) -> Listed:
        """Add a department, or call one otherwise. Faults: lists.bad with what is wrong."""
        head, rows = self._rows(lists.DEPARTMENTS)
        found = next((row for row in rows if row["name"] == name), None)
        if found is None:
            found = dict.fromkeys(head, "") | {"name": name, "level": "township"}
            rows.append(found)
        found |= {"label": label, "label_en": label_en or label}
        return self._publish({lists.DEPARTMENTS: _written(head, rows)})

    @needs(Use.OFFICE)
    def days(self, year: int) -> tuple[CalendarDay, ...]:
        """The working calendar of a year."""
        found = []
        for row in self._rows(lists.CALENDAR)[1]:
            if row["name"].startswith(f"{year}-"):
                day = date.fromisoformat(row["name"])
                official = row.get("state", "official") == "official"
                found.append(CalendarDay(day, row["kind"] == "work", row.get("label", ""), official))
        return tuple(found)

    @needs(Use.OFFICE)
    def set_days(self, changed: Mapping[date, bool], *, label: str = "") -> Listed:
        """Work or rest on other days; the count of working days follows. Faults: lists.bad, office.no_such_day."""
        head, rows = self._rows(lists.CALENDAR)
        known = {row["name"]: row for row in rows}
        for day, works in changed.items():
            row = known.get(day.isoformat())
            if row is None:
                raise Fault("office.no_such_day", Kind.USAGE, day=day.isoformat())
            row |= {"kind": "work" if works else "rest", "label": label or row.get("label", "")}
        count = 0
        for row in rows:
            count += row["kind"] == "work"
            row["seq"] = str(count)
        return self._publish({lists.CALENDAR: _written(head, rows)})

    @needs(Use.OFFICE)
    def put_lists(self, files: Sequence[Path]) -> Listed:
        """Whole lists from csv files, known by their names. Faults: lists.unknown, lists.encoding, lists.bad."""
        return self._publish({file.name: read_given(file) for file in files})

    def _publish(self, given: Mapping[str, bytes]) -> Listed:
        done = hub_lists.put(self.reception.hub, given, today=self.clock.now().date())
        return Listed(done.lists, done.forms, done.own)

    def _rows(self, name: str) -> tuple[list[str], list[dict[str, str]]]:
        reader = csv.DictReader(io.StringIO(hub_lists.present(self.reception.hub, name).decode("utf-8-sig")))
        rows = [{key: value or "" for key, value in row.items()} for row in reader]
        return list(reader.fieldnames or ()), rows

    def _table(self, name: str) -> Mapping[str, Mapping[str, str]]:
        return {row["name"]: row for row in self._rows(name)[1]}

    # forms

    @needs(Use.OFFICE)
    def check_form(self, file: Path) -> FormCheck:
        """Convert, compile and lint; nothing is published."""
        found = check(read_given(file), name=file.name)
        said = [(problem, self._said(problem)) for problem in found.problems]
        errors = tuple(words for problem, words in said if problem.severity is Severity.ERROR)
        warnings = tuple(words for problem, words in said if problem.severity is not Severity.ERROR)
        if not found.ok:
            return FormCheck(False, found.form_id, found.version, file.stem, 0, errors, warnings)
        xform = read_form(file)
        form = load_form(xform, name=file.name)
        known: tuple[str, bytes] | None = self.reception.hub.read(lambda there: newest_form(there, form.form_id))
        questions = sum(each.control is not None for each in form.questions)
        version = known[0] if known is not None else ""
        return FormCheck(
            True, form.form_id, form.version, form.title, questions, errors, warnings, version, xform=xform
        )

    @needs(Use.OFFICE)
    def publish_form(self, checked: FormCheck) -> bool:
        """Let every village have it with its next hand-over; False where it was published before."""
        if not checked.ok:
            raise Fault("office.form_not_sound", Kind.USAGE)
        return self.reception.hub.publish_form(checked.xform)

    @needs(Use.OFFICE)
    def newer_forms(self) -> tuple[NewerForm, ...]:
        """Forms of the pack that somebody changed here, and of which this program has a newer version."""
        return pack_forms.newer(self.reception.hub)

    @needs(Use.OFFICE)
    def renew_form(self, form_id: str) -> bool:
        """Let the program's version take the place of one that was changed here; False where it was there."""
        return bool(pack_forms.renew(self.reception.hub, [form_id], today=self.clock.now().date()))

    def _said(self, problem: FormProblem) -> str:
        place = " ".join(str(part) for part in (problem.sheet, problem.row, problem.column) if part is not None)
        words = f"{problem.message(self.text)} {problem.remedy(self.text)}".strip()
        return f"[{place}] {words}" if place else words

    def _local(self, utc: str) -> datetime | None:
        if not utc:
            return None
        return datetime.fromisoformat(utc.replace("Z", "+00:00")).astimezone(self.clock.zone)


def _written(head: Sequence[str], rows: Sequence[Mapping[str, str]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, head, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8")


def _last_backup(connection: Connection) -> str:
    """When a backup was written last, "" before the first."""
    row: Any = sql.one(connection, "SELECT at FROM audit WHERE action = :action ORDER BY n DESC LIMIT 1", action=BACKED)
    return "" if row is None else str(row.at)

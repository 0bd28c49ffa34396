"""What leaves the office for everybody: proposed by one person, approved by another, logged, and then written."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from desktop.services.context import Context, day
from desktop.services.filling.library import CATEGORIES
from desktop.services.overview.opinions import OpinionsDesk
from desktop.services.overview.publication_values import Draft, DraftLine, Form, PublishOrder, Released, Said, Stage
from desktop.services.rights import Actor, Use, needs
from forms.casework.areas import code
from forms.errors import Fault, Kind
from forms.export.inert import inert_csv
from forms.export.place import placed
from forms.export.sheet import MERGED, Sheet, make_sheet
from forms.export.suppress import LEAST
from forms.insight.months import month_of, span
from sync.store.office_values import ReleaseItem
from sync.store.opening import unlock

KIND = "publication"
HIDDEN = "…"
MOST_SAID = 12


@dataclass(frozen=True, slots=True)
class PublicationDesk:
    context: Context

    @property
    def actor(self) -> Actor:
        return self.context.actor

    @needs(Use.PUBLISH)
    def draft(self, order: PublishOrder) -> Draft:
        """As it would be published, held against everything that left before; nothing is kept.

        Faults publication.months, publication.too_few, publication.follows.
        """
        return self._draft(order, self._sheet(order))

    @needs(Use.PUBLISH)
    def propose(self, order: PublishOrder) -> Released:
        """Keep it until a second person has looked; from now on later ones are held against it."""
        self.context.require_writer()
        sheet = self._sheet(order)
        draft = self._draft(order, sheet)
        item = ReleaseItem(
            id=f"{KIND}-{self.context.clock.uuid()}",
            kind=KIND,
            title=draft.title,
            state=Stage.PROPOSED.value,
            made_by=self.actor.user,
            made_at=self.context.clock.utc(),
            shown={"form": order.form.value, **_packed(draft)},
            release=sheet.release,
        )
        self.context.store.releases.propose(item)
        return self._released(item)

    @needs(Use.PUBLISH)
    def list(self) -> tuple[Released, ...]:
        """Newest first."""
        return tuple(map(self._released, self.context.store.releases.list(kinds=(KIND,))))

    @needs(Use.APPROVE_PUBLICATION)
    def approve(self, id: str, *, approver: str, passphrase: str) -> Released:
        """Faults publication.same_person, publication.decided, and those of a wrong passphrase."""
        self.context.require_writer()
        item = self._item(id)
        if not approver or not passphrase:
            raise Fault("publication.second", Kind.DENIED)
        if approver in (item.made_by, self.actor.user if self.actor.user == item.made_by else ""):
            raise Fault("publication.same_person", Kind.DENIED)
        unlock(self.context.store.folder, user=approver, secret=passphrase)
        return self._released(self.context.store.releases.decide(id, state=Stage.APPROVED.value, by=approver))

    @needs(Use.APPROVE_PUBLICATION)
    def refuse(self, id: str, *, reason: str) -> Released:
        self.context.require_writer()
        self._item(id)
        return self._released(
            self.context.store.releases.decide(id, state=Stage.REFUSED.value, by=self.actor.user, reason=reason)
        )

    @needs(Use.PUBLISH)
    def write(self, id: str, to: Path) -> Path:
        """The approved one as a file, whole or not at all: .csv the open data, .html the sheet for the board."""
        found = self._released(self._item(id))
        if found.stage is not Stage.APPROVED:
            raise Fault("publication.not_approved", Kind.DENIED)
        making = {".csv": self._csv, ".html": self._html}.get(to.suffix.lower())
        if making is None:
            raise Fault("publication.ending", Kind.USAGE, file=to.name)
        with placed([to]) as (file,):
            file.write(making(found))
        self.context.audit("release.written", subject=id, file=to.suffix.lower())
        return to

    # making

    def _sheet(self, order: PublishOrder) -> Sheet:
        if not order.first or order.first > order.last or order.last >= month_of(self.context.today()):
            raise Fault("publication.months", Kind.USAGE)
        context, areas = self.context, self.context.areas()
        counts: dict[tuple[str, str, str], int] = {}
        for row in context.store.tallies.months(span(order.first, order.last), area=self.actor.area):
            key = (row.month, areas.village(code(row.village)) or code(row.village), row.category)
            counts[key] = counts.get(key, 0) + row.n
        villages = [each for each in areas.below(code(self.actor.area)) if areas.village(each) == each]
        return make_sheet(
            counts,
            villages=villages,
            categories=tuple(context.table(CATEGORIES)),
            earlier=context.store.releases.left(KIND, open_too=True),
        )

    def _draft(self, order: PublishOrder, sheet: Sheet) -> Draft:
        context, t = self.context, self.context.text
        areas = context.areas()
        months = order.first if order.first == order.last else f"{order.first} – {order.last}"
        merged = t("publication.merged", least=LEAST)
        lines = tuple(
            DraftLine(areas.label(each, context.language) if each != MERGED else merged, cells, total)
            for each, cells, total in zip(sheet.rows, sheet.cells, sheet.row_totals, strict=True)
        )
        said: tuple[Said, ...] = ()
        if order.opinions:
            opened = OpinionsDesk(context).published()
            said = tuple(Said(row.topic_label, row.published, row.answer) for row in opened)[:MOST_SAID]
        notes = [t("publication.note_small", least=LEAST)]
        if sheet.hidden:
            notes.append(t("publication.note_hidden", sign=HIDDEN))
        return Draft(
            title=t("publication.sheet_title", place=context.me.area_label, span=months),
            heads=tuple(context.category(each) if each != MERGED else merged for each in sheet.columns),
            lines=lines,
            totals=sheet.column_totals,
            total=sheet.total,
            hidden=sheet.hidden,
            notes=tuple(notes),
            said=said,
        )

    def _item(self, id: str) -> ReleaseItem:
        found = self.context.store.releases.get(id)
        if found is None or found.kind != KIND:
            raise Fault("publication.unknown", Kind.USAGE)
        return found

    def _released(self, item: ReleaseItem) -> Released:
        return Released(
            item.id,
            Form(item.shown["form"]),
            Stage(item.state),
            item.made_by,
            day(item.made_at),
            item.decided_by,
            day(item.decided_at),
            item.reason,
            _unpacked(item.title, item.shown),
        )

    def _csv(self, found: Released) -> bytes:
        draft, t = found.draft, self.context.text
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow([inert_csv(each) for each in (t("publication.village"), *draft.heads, t("publication.total"))])
        for line in draft.lines:
            cells = ["" if cell is None else str(cell) for cell in line.cells]
            writer.writerow([inert_csv(line.label), *cells, str(line.total)])
        writer.writerow([t("publication.total"), *map(str, draft.totals), str(draft.total)])
        return b"\xef\xbb\xbf" + out.getvalue().encode()

    def _html(self, found: Released) -> bytes:
        draft, t = found.draft, self.context.text
        head = "".join(f"<th>{escape(each)}</th>" for each in ("", *draft.heads, t("publication.total")))
        body = "".join(
            f"<tr><th>{escape(line.label)}</th>"
            + "".join(f"<td>{HIDDEN if cell is None else cell or ''}</td>" for cell in line.cells)
            + f"<td><b>{line.total}</b></td></tr>"
            for line in draft.lines
        )
        foot = "".join(f"<td><b>{total}</b></td>" for total in (*draft.totals, draft.total))
        said = "".join(
            f"<p><b>{escape(each.topic)}</b>: {escape(each.text)}"
            + (f"<br/>{escape(t('publication.answer'))}: {escape(each.answer)}" if each.answer else "")
            + "</p>"
            for each in draft.said
        )
        opinions = f"<h2>{escape(t('publication.opinions'))}</h2>{said}" if said else ""
        notes = "".join(f"<p>{escape(note)}</p>" for note in draft.notes)
        signed = escape(t("publication.signed", place=self.context.me.area_label, day=_iso(found)))
        return (
            f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{escape(draft.title)}</title></head><body>'
            f"<h1>{escape(draft.title)}</h1><table border='1' cellspacing='0' cellpadding='5'><tr>{head}</tr>{body}"
            f"<tr><th>{escape(t('publication.total'))}</th>{foot}</tr></table>{notes}{opinions}<p>{signed}</p></body></html>"
        ).encode()


def _iso(found: Released) -> str:
    when = found.decided_on or found.made_on
    return when.isoformat() if when else ""


def _packed(draft: Draft) -> dict[str, Any]:
    return {
        "heads": list(draft.heads),
        "lines": [[line.label, list(line.cells), line.total] for line in draft.lines],
        "totals": list(draft.totals),
        "total": draft.total,
        "hidden": draft.hidden,
        "notes": list(draft.notes),
        "said": [[each.topic, each.text, each.answer] for each in draft.said],
    }


def _unpacked(title: str, shown: Mapping[str, Any]) -> Draft:
    return Draft(
        title,
        tuple(shown["heads"]),
        tuple(DraftLine(label, tuple(cells), total) for label, cells, total in shown["lines"]),
        tuple(shown["totals"]),
        shown["total"],
        shown["hidden"],
        tuple(shown["notes"]),
        tuple(Said(*each) for each in shown["said"]),
    )

"""What leaves the office for everybody: proposed by one person, approved by another, logged, and then written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from itertools import islice
from pathlib import Path
from typing import Any

from desktop.services.context import Context, day, labelled
from desktop.services.filling.library import CATEGORIES
from desktop.services.overview.opinions import OpinionsDesk
from desktop.services.overview.publication_values import Draft, DraftLine, Form, PublishOrder, Released, Said, Stage
from desktop.services.overview.releasing import KIND, Releasing
from desktop.services.overview.sheet_markup import HIDDEN, markup
from desktop.services.rights import Actor, Use, needs
from desktop.services.sheets.leaving import earlier
from forms.casework.areas import code
from forms.casework.publishing import Act
from forms.errors import Fault, Kind
from forms.export.place import placed
from forms.export.published import Opinion, Shown, Words, open_data, pack, unpack
from forms.export.sheet import MERGED, REQUESTS, Sheet, make_sheet
from forms.export.suppress import LEAST
from forms.insight.months import month_of, span
from forms.text import LANGUAGES, Text
from sync.store.office_values import ReleaseItem
from sync.store.opening import unlock

MOST_SAID = 12


@dataclass(frozen=True, slots=True)
class PublicationDesk:
    context: Context
    releasing: Releasing
    opinions: OpinionsDesk

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
        shown = self._shown(order, sheet)
        item = ReleaseItem(
            id=f"{KIND}-{self.context.clock.uuid()}",
            kind=KIND,
            title=shown.words_in(self.context.language).title,
            state=Stage.PROPOSED.value,
            made_by=self.actor.user,
            made_at=self.context.clock.utc(),
            shown={"form": order.form.value, **pack(shown)},
            release=sheet.release,
        )
        self.releasing.propose(item, purpose=order.form.value)
        return self._released(self.releasing.get(item.id))

    @needs(Use.PUBLISH)
    def list(self) -> tuple[Released, ...]:
        """Newest first."""
        return tuple(map(self._released, self.releasing.all()))

    @needs(Use.APPROVE_PUBLICATION)
    def approve(self, id: str, *, approver: str, passphrase: str) -> Released:
        """Faults publication.same_person, publication.decided, and those of a wrong passphrase."""
        self.context.require_writer()
        item = self.releasing.get(id)
        if not approver or not passphrase:
            raise Fault("publication.second", Kind.DENIED)
        if approver == item.made_by:
            raise Fault("publication.same_person", Kind.DENIED)
        unlock(self.context.store.folder, user=approver, secret=passphrase)
        return self._released(self.releasing.decide(id, Act.APPROVE, by=approver))

    @needs(Use.APPROVE_PUBLICATION)
    def refuse(self, id: str, *, reason: str) -> Released:
        self.context.require_writer()
        return self._released(self.releasing.decide(id, Act.REFUSE, by=self.actor.user, reason=reason))

    @needs(Use.APPROVE_PUBLICATION)
    def withdraw(self, id: str, *, reason: str) -> Released:
        """Take back what is public; one person is enough. Faults publication.reason, publication.decided."""
        self.context.require_writer()
        if not reason.strip():
            raise Fault("publication.reason", Kind.USAGE)
        return self._released(self.releasing.decide(id, Act.WITHDRAW, by=self.actor.user, reason=reason.strip()))

    @needs(Use.PUBLISH)
    def write(self, id: str, to: Path) -> Path:
        """The approved one as a file, whole or not at all: .csv the open data, .html the sheet for the board."""
        found = self._released(self.releasing.get(id))
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
        counts: dict[tuple[str, str, str, str], int] = {}
        for row in context.store.tallies.months(span(order.first, order.last), area=self.actor.area):
            key = (row.month, areas.village(code(row.village)) or code(row.village), row.category, row.matter)
            counts[key] = counts.get(key, 0) + row.n
        villages = [each for each in areas.below(code(self.actor.area)) if areas.village(each) == each]
        return make_sheet(
            counts,
            villages=villages,
            categories=tuple(context.table(CATEGORIES)),
            earlier=earlier(context, REQUESTS),
        )

    def _draft(self, order: PublishOrder, sheet: Sheet) -> Draft:
        return _drawn(self._shown(order, sheet), self.context.language)

    def _shown(self, order: PublishOrder, sheet: Sheet) -> Shown:
        return Shown(
            words={language: self._words(order, sheet, Text(language)) for language in LANGUAGES},
            cells=sheet.cells,
            line_totals=sheet.row_totals,
            totals=sheet.column_totals,
            total=sheet.total,
            said=self._said() if order.opinions else (),
        )

    def _words(self, order: PublishOrder, sheet: Sheet, t: Text) -> Words:
        areas, categories = self.context.areas(), self.context.table(CATEGORIES)
        months = order.first if order.first == order.last else f"{order.first} – {order.last}"
        merged = t("publication.merged", least=LEAST)
        notes = [t("publication.note_small", least=LEAST)]
        if sheet.hidden:
            notes.append(t("publication.note_hidden", sign=HIDDEN))
        return Words(
            title=t("publication.sheet_title", place=areas.label(code(self.actor.area), t.language), span=months),
            heads=tuple(labelled(categories, each, t.language) if each != MERGED else merged for each in sheet.columns),
            lines=tuple(areas.label(each, t.language) if each != MERGED else merged for each in sheet.rows),
            notes=tuple(notes),
        )

    def _said(self) -> tuple[Opinion, ...]:
        opened = islice(self.opinions.published(), MOST_SAID)
        labels = {language: self.opinions.topics(language) for language in LANGUAGES}
        return tuple(
            Opinion({language: known.get(row.topic, row.topic) for language, known in labels.items()},
                    row.published, row.answer)
            for row in opened
        )  # fmt: skip

    def _released(self, item: ReleaseItem) -> Released:
        stage = Stage(item.state)
        return Released(
            item.id,
            Form(item.shown["form"]),
            stage,
            item.made_by,
            day(item.made_at),
            item.decided_by,
            day(item.decided_at),
            item.reason,
            _draft_of(item, self.context.language),
            public=stage is Stage.APPROVED and self.releasing.travels(item.id),
        )

    def _csv(self, found: Released) -> bytes:
        item = self.releasing.get(found.id)
        if "words" in item.shown:
            return open_data(unpack(item.shown), self.context.text)
        return open_data(_of_old(item.title, item.shown, self.context.language), self.context.text)

    def _html(self, found: Released) -> bytes:
        draft, t = found.draft, self.context.text
        signed = t("publication.signed", place=self.context.me.area_label, day=_iso(found))
        return (
            f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{escape(draft.title)}</title></head><body>'
            f"{markup(draft, t, signed=signed)}</body></html>"
        ).encode()


def _iso(found: Released) -> str:
    when = found.decided_on or found.made_on
    return when.isoformat() if when else ""


def _draft_of(item: ReleaseItem, language: str) -> Draft:
    known = unpack(item.shown) if "words" in item.shown else _of_old(item.title, item.shown, language)
    return _drawn(known, language)


def _of_old(title: str, shown: Mapping[str, Any], language: str) -> Shown:
    """What was kept before it was kept in every language."""
    lines, said = shown["lines"], shown["said"]
    words = Words(title, tuple(shown["heads"]), tuple(label for label, _, _ in lines), tuple(shown["notes"]))
    return Shown(
        words={language: words},
        cells=tuple(tuple(cells) for _, cells, _ in lines),
        line_totals=tuple(total for _, _, total in lines),
        totals=tuple(shown["totals"]),
        total=shown["total"],
        said=tuple(Opinion({language: topic}, text, answer) for topic, text, answer in said),
    )


def _drawn(shown: Shown, language: str) -> Draft:
    words = shown.words_in(language)
    lines = zip(words.lines, shown.cells, shown.line_totals, strict=True)
    return Draft(
        title=words.title,
        heads=words.heads,
        lines=tuple(DraftLine(*line) for line in lines),
        totals=shown.totals,
        total=shown.total,
        hidden=shown.hidden,
        notes=words.notes,
        said=tuple(
            Said(each.topic.get(language) or next(iter(each.topic.values()), ""), each.text, each.answer)
            for each in shown.said
        ),
    )

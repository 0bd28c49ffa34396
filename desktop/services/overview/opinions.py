"""The opinion desk: what people think by matter and place; a person decides what of it is published, and the answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from desktop.services.context import Context, day, whole
from desktop.services.filling.filling import FillingDesk
from desktop.services.filling.leaves import leaves
from desktop.services.filling.steps import Steps
from desktop.services.overview.opinion_values import OpinionFilter, OpinionPage, OpinionRow, Ruling
from desktop.services.overview.register import Register
from desktop.services.rights import Actor, Use, needs
from forms.casework.areas import code
from forms.casework.disclosure import mask_text
from forms.casework.opinions import Care, findings, softened
from forms.casework.publishing import OPINION, OPINION_CHECK
from forms.errors import Fault, Kind
from sync.store.api import RecordRow, RecordState
from sync.store.office_values import Reviewed

FORM, CHECK = OPINION, OPINION_CHECK
SURNAMES = "surnames.csv"
MONTHS = 12
SHOWN = 300
MOST = 20_000
"""Opinions that are looked at, the newest."""
AGAINST = ("against", "worry", "blame")


@dataclass(frozen=True, slots=True)
class OpinionsDesk:
    context: Context
    filling: FillingDesk
    register: Register = field(default_factory=Register, repr=False, compare=False)

    @property
    def actor(self) -> Actor:
        return self.context.actor

    @needs(Use.SEE_OPINIONS)
    def page(self, wanted: OpinionFilter) -> OpinionPage:
        """All of the last year, counted by matter and place, and those that the filter keeps."""
        if wanted.village:
            self.actor.require_area(wanted.village)
        everything = sorted(self._all(), key=lambda row: (row.said_on or self.context.today(), row.instance_id))
        everything.reverse()
        people, against, rulings = Counter[tuple[str, str]](), Counter[tuple[str, str]](), Counter[Ruling]()
        for row in everything:
            people[row.village, row.topic] += row.people
            against[row.village, row.topic] += row.people if row.stance in AGAINST else 0
            rulings[row.ruling] += 1
        kept = [row for row in everything if _fits(row, wanted)]
        topics = dict.fromkeys((row.topic, row.topic_label) for row in sorted(everything, key=lambda row: row.topic))
        return OpinionPage(
            tuple(kept[:SHOWN]), len(kept) > SHOWN, rulings, tuple(topics), self._villages(), people, against
        )

    @needs(Use.DECIDE_OPINION)
    def decide(self, instance_id: str, ruling: Ruling, *, text: str = "", answer: str = "") -> None:
        """Faults opinions.personal where what would be published still names somebody, opinions.no_words."""
        self.context.require_writer()
        record = self.context.store.records.get(instance_id)
        if record is None or record.row.form_id != FORM:
            raise Fault("services.unknown_record", Kind.USAGE, id=instance_id)
        self.actor.require_area(record.row.area)
        if ruling is Ruling.PUBLISH:
            if not text.strip():
                raise Fault("opinions.no_words", Kind.USAGE)
            self._require_clean(text)
            self._require_clean(answer)
        self._keep(Reviewed(instance_id, ruling.value, text.strip(), answer.strip(), self.actor.user, ""))

    @needs(Use.SEE_OPINIONS)
    def published(self) -> Iterator[OpinionRow]:
        """Those that a person let out, for the sheet; nothing of who or where."""
        return (row for row in self._all() if row.ruling is Ruling.PUBLISH)

    @needs(Use.SEE_OPINIONS)
    def topics(self, language: str) -> Mapping[str, str]:
        """The matters that opinions are about, by their codes."""
        if self.context.store.forms.get(FORM) is None:
            return {}
        labels = self.context.library.choices(self.context.source(FORM), language)
        return {code: label for (list_name, code), label in labels.items() if list_name == "topic"}

    def _keep(self, decided: Reviewed) -> None:
        """As a submission, so that colleagues see it; in this workspace alone where the form is not known yet."""
        store = self.context.store
        if store.forms.get(CHECK) is None:
            store.releases.review(decided)
            return
        answers = {"opinion": decided.instance_id, "ruling": decided.decision}
        if decided.decision == Ruling.PUBLISH:
            answers |= {"text": decided.text, **({"answer": decided.answer} if decided.answer else {})}
        Steps(self.context, self.filling).hand_in(CHECK, answers, about={})
        store.audit.add(
            "opinion.decided", actor=decided.decided_by, subject=decided.instance_id, decision=decided.decision
        )

    def _reviews(self) -> Mapping[str, Reviewed]:
        """By the opinion's instanceID: the newest decision, whoever made it and where."""
        found = dict(self.context.store.releases.reviews())
        for row, xml in self.context.store.records.submissions(CHECK, area=self.actor.area):
            said = {path.rpartition("/")[2]: value for path, value in leaves(xml)} if xml else {}
            opinion, ruling = said.get("opinion", ""), said.get("ruling", "")
            before = found.get(opinion)
            if row.state is RecordState.REJECTED or ruling not in set(Ruling):
                continue
            if before is None or (row.finalised_at, row.instance_id) >= (before.decided_at, ""):
                found[opinion] = Reviewed(
                    opinion, ruling, said.get("text", ""), said.get("answer", ""), row.author, row.finalised_at
                )
        return found

    def _require_clean(self, text: str) -> None:
        for finding in findings(text, surnames=self._surnames(), names=self._names()):
            if finding.care in (Care.PERSONAL, Care.ABUSE):
                raise Fault("opinions.personal", Kind.USAGE, quote=finding.quote)

    def _all(self) -> Iterator[OpinionRow]:
        context = self.context
        since = (context.today() - timedelta(days=31 * MONTHS)).isoformat()
        reviews = self._reviews()
        surnames, names = self._surnames(), self._names()
        if context.store.forms.get(FORM) is None:
            return
        labels = context.library.choices(context.source(FORM), context.language)
        found = context.store.records.submissions(FORM, area=self.actor.area, since=since)
        for number, (row, xml) in enumerate(found):
            if number >= MOST:
                return
            made = self._row(row, xml, labels, surnames, names)
            review = reviews.get(row.instance_id)
            if review is not None:
                ruling = Ruling(review.decision)
                made = replace(made, ruling=ruling, published=review.text, answer=review.answer)
            yield made

    def _row(
        self,
        row: RecordRow,
        xml: bytes,
        labels: Mapping[tuple[str, str], str],
        surnames: frozenset[str],
        names: frozenset[str],
    ) -> OpinionRow:
        context = self.context
        said = {path.rpartition("/")[2]: value for path, value in leaves(xml)} if xml else {}
        text, topic, stance = said.get("text", ""), said.get("topic", ""), said.get("stance", "")
        areas = context.areas()
        place = said.get("area", "") if said.get("area", "") in areas else code(row.area)
        village = areas.path(areas.village(place)) or row.area
        return OpinionRow(
            instance_id=row.instance_id,
            topic=topic,
            topic_label=labels.get(("topic", topic), topic),
            stance=stance,
            stance_label=labels.get(("stance", stance), stance),
            village=village,
            village_label=context.area_label(village),
            text=mask_text(text).text,
            people=whole(said.get("people", "")) or 1,
            source=labels.get(("source", said.get("source", "")), ""),
            said_on=day(row.finalised_at),
            reply=said.get("reply", "") == "yes",
            findings=findings(text, surnames=surnames, names=names),
            ruling=Ruling.OPEN,
            suggested=softened(text, surnames=surnames, names=names),
            published="",
            answer="",
        )

    def _surnames(self) -> frozenset[str]:
        data = self.context.list_bytes(SURNAMES)
        if data is None:
            return frozenset()
        rows = self.context.library.rows(data)
        return frozenset(rows.cell(at, "surname") for at in range(len(rows)))

    def _names(self) -> frozenset[str]:
        return self.register.names(self.context.store, self.actor.area)

    def _villages(self) -> tuple[tuple[str, str], ...]:
        areas, language = self.context.areas(), self.context.language
        inside = [each for each in areas.below(code(self.actor.area)) if areas.village(each) == each]
        return tuple((areas.path(each), areas.label(each, language)) for each in inside)


def _fits(row: OpinionRow, wanted: OpinionFilter) -> bool:
    return (
        (wanted.ruling is None or row.ruling is wanted.ruling)
        and wanted.topic in ("", row.topic)
        and wanted.village in ("", row.village)
        and (bool(row.findings) or not wanted.flagged)
    )

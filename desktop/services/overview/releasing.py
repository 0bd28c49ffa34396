"""Proposals and what was said to them: submissions of form `publication`, so that a second person anywhere sees them.

Where the form is not known yet they stay in this workspace.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from desktop.services.context import Context
from desktop.services.filling.filling import FillingDesk
from desktop.services.filling.leaves import leaves
from desktop.services.filling.steps import Steps
from desktop.services.overview.publication_values import Form
from desktop.services.rights import Actor
from forms.casework import publishing
from forms.casework.publishing import Act, Proposal, Stage
from forms.errors import Fault, Kind
from forms.export.published import unpack
from sync.store.office_values import ReleaseItem
from sync.store.releases import packed, unpacked
from sync.store.rows import RecordState

KIND = "publication"
EVERY = 1_000_000
"""What left long ago counts as what left today."""
_LEFT = (Stage.APPROVED, Stage.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Releasing:
    context: Context
    filling: FillingDesk

    @property
    def actor(self) -> Actor:
        return self.context.actor

    def all(self) -> tuple[ReleaseItem, ...]:
        """Newest first."""
        return tuple(sorted(proposals(self.context), key=lambda item: (item.made_at, item.id), reverse=True))

    def get(self, id: str) -> ReleaseItem:
        """Fault publication.unknown."""
        found = next((item for item in self.all() if item.id == id), None)
        if found is None:
            raise Fault("publication.unknown", Kind.USAGE)
        return found

    def propose(self, item: ReleaseItem, *, purpose: str) -> None:
        """Keep it until somebody has decided."""
        if self.context.store.forms.get(publishing.FORM) is None:
            self.context.store.releases.propose(item)
            return
        answers = {"act": Act.PROPOSE.value, "purpose": purpose, "title": item.title, "body": packed(item)}
        self._hand_in(item, answers, by=item.made_by, stage=Stage.PROPOSED)

    def decide(self, id: str, act: Act, *, by: str, reason: str = "") -> ReleaseItem:
        """Fault publication.decided where that is too late."""
        item = self.get(id)
        if Stage(item.state) is not (Stage.APPROVED if act is Act.WITHDRAW else Stage.PROPOSED):
            raise Fault("publication.decided", Kind.USAGE)
        if act is Act.WITHDRAW and not self.travels(id):
            raise Fault("publication.only_here", Kind.USAGE)
        stage = {Act.APPROVE: Stage.APPROVED, Act.REFUSE: Stage.REFUSED, Act.WITHDRAW: Stage.WITHDRAWN}[act]
        if not self.travels(id):
            return self.context.store.releases.decide(id, state=stage.value, by=by, reason=reason)
        asked = "reason_not" if act is Act.REFUSE else "reason"
        answers = {"act": act.value, "who": by, **({asked: reason} if reason else {})}
        self._hand_in(item, answers, by=by, stage=stage)
        return self.get(id)

    def travels(self, id: str) -> bool:
        """Whether it is a submission that others see, and not kept here alone."""
        return self.context.store.releases.get(id) is None

    def _hand_in(self, item: ReleaseItem, answers: dict[str, str], *, by: str, stage: Stage) -> None:
        Steps(self.context, self.filling).hand_in(publishing.FORM, {"release": item.id, **answers}, about={})
        self.context.store.audit.add(f"release.{stage}", actor=by, subject=item.id, kind=item.kind, title=item.title)


def proposals(context: Context) -> tuple[ReleaseItem, ...]:
    """All that was proposed, in no order; without those that the hub refused."""
    found = []
    for row, xml in context.store.records.submissions(publishing.FORM, area=context.actor.area):
        if row.state is not RecordState.REJECTED and xml:
            values = {path.rpartition("/")[2]: value for path, value in leaves(xml) if value}
            found.append(publishing.read(row.instance_id, values, author=row.author, at=row.finalised_at))
    travelled = (_item(each) for each in publishing.fold(each for each in found if each is not None))
    kept = context.store.releases.list(kinds=(KIND,), limit=EVERY)
    return (*(item for item in travelled if item is not None), *kept)


def given_away(context: Context) -> Iterator[ReleaseItem]:
    """What was shown, or may be shown any moment."""
    stages = (*_LEFT, Stage.PROPOSED)
    return (item for item in proposals(context) if item.release and Stage(item.state) in stages)


def _item(proposal: Proposal) -> ReleaseItem | None:
    """None where what somebody's program handed in cannot be read: it is on no page then, the hub's neither."""
    made, decision = proposal.made, proposal.decision
    try:
        shown, release = unpacked(json.loads(made.body))
        unpack(shown)
        Form(shown["form"])
    except (ValueError, TypeError, LookupError, AttributeError):
        return None
    return ReleaseItem(
        id=made.release,
        kind=KIND,
        title=made.title,
        state=proposal.stage.value,
        made_by=made.who,
        made_at=made.at,
        decided_by=decision.who if decision else "",
        decided_at=decision.at if decision else "",
        reason=decision.reason if decision else "",
        shown=shown,
        release=release,
    )

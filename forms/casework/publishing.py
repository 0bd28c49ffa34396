"""What an office publishes: proposals, and what people said to them, folded as a set, never in an order.

Each is a submission of form `publication`. What was approved by somebody else than its maker stands, unless anybody
refused it or took it back: not to show something harms less than to show it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

FORM = "publication"
OPINION, OPINION_CHECK = "opinion", "opinion_check"
"""What becomes of an opinion: words that may be published, or that they are kept."""
OFFICE = frozenset({FORM, OPINION_CHECK})
"""Forms that no village hands in; of these a supervisor hands in the first, and nothing else at all."""


class Act(StrEnum):
    """Choices of the form."""

    PROPOSE = "propose"
    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


class Stage(StrEnum):
    """Words under `publication.stage_KEY`."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


_STAGES = {Act.WITHDRAW: Stage.WITHDRAWN, Act.REFUSE: Stage.REFUSED, Act.APPROVE: Stage.APPROVED}
"""The first of these acts that anybody did says how a proposal stands."""


@dataclass(frozen=True, slots=True)
class Said:
    """One submission; `who` proposed or decided, `at` in UTC. `purpose`, `title` and `body` only of a proposal."""

    instance_id: str
    release: str
    act: Act
    who: str
    at: str
    reason: str = ""
    purpose: str = ""
    title: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal and how it stands; `decision` is what made it so, None while nobody has decided."""

    made: Said
    stage: Stage
    decision: Said | None = None


def read(instance_id: str, values: Mapping[str, str], *, author: str, at: str) -> Said | None:
    """From a submission's answers by question name; None where they are none of the form's."""
    release, act = values.get("release", ""), values.get("act", "")
    if not release or act not in set(Act):
        return None
    return Said(
        instance_id,
        release,
        Act(act),
        who=author if act == Act.PROPOSE else values.get("who", ""),
        at=at,
        reason=values.get("reason", "") or values.get("reason_not", ""),
        purpose=values.get("purpose", ""),
        title=values.get("title", ""),
        body=values.get("body", ""),
    )


def fold(said: Iterable[Said]) -> tuple[Proposal, ...]:
    """How every proposal stands, the oldest first; what was decided about one that is not known here is left out."""
    made: dict[str, Said] = {}
    decided: dict[tuple[str, Act], Said] = {}
    for each in sorted(said, key=lambda each: (each.at, each.instance_id)):
        if each.act is Act.PROPOSE:
            made.setdefault(each.release, each)
        else:
            decided.setdefault((each.release, each.act), each)
    return tuple(_standing(each, decided) for each in made.values())


def _standing(made: Said, decided: Mapping[tuple[str, Act], Said]) -> Proposal:
    for act, stage in _STAGES.items():
        found = decided.get((made.release, act))
        if found is not None and (act is not Act.APPROVE or found.who not in ("", made.who)):
            return Proposal(made, stage, found)
    return Proposal(made, Stage.PROPOSED)

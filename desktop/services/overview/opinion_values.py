"""What the opinion desk shows: values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from forms.casework.opinions import Finding


class Ruling(StrEnum):
    """What a person decided; words under `opinions.ruling_KEY`."""

    OPEN = "open"  # nobody has decided
    PUBLISH = "publish"
    KEEP = "keep"  # read here, not published
    PASSED = "passed"  # to whom it concerns, by their own way


@dataclass(frozen=True, slots=True)
class OpinionFilter:
    """ "" is all. `topic` is a code, `village` a path; `flagged` those with a finding only."""

    ruling: Ruling | None = Ruling.OPEN
    topic: str = ""
    village: str = ""
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class OpinionRow:
    """One opinion, without who said it. `suggested` is what might be published, `published` what may be."""

    instance_id: str
    topic: str
    topic_label: str
    stance: str
    stance_label: str
    village: str
    village_label: str
    text: str
    people: int
    source: str
    said_on: date | None
    reply: bool
    findings: tuple[Finding, ...]
    ruling: Ruling
    suggested: str
    published: str
    answer: str


@dataclass(frozen=True, slots=True)
class OpinionPage:
    """`people` sums how many said so, by (village, topic); `rows` are those of the filter, newest first."""

    rows: tuple[OpinionRow, ...]
    more: bool
    counts: Mapping[Ruling, int]
    topics: tuple[tuple[str, str], ...]
    villages: tuple[tuple[str, str], ...]
    people: Mapping[tuple[str, str], int]
    against: Mapping[tuple[str, str], int]
    """How many of them are worried, against or critical."""
